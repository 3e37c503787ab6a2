//! The protocol of a request, which determines the form of the response if the request is refused.

use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, CONTENT_TYPE},
};

/// The protocol of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http,
    Grpc,
    GrpcWeb(WebFormat),
}

impl Protocol {
    /// Determines the protocol from the content type, which may have a suffix and parameters.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let Some(content_type) = media_type(headers.get(CONTENT_TYPE)) else {
            return Self::Http;
        };
        match content_type.name {
            Name::Grpc => Self::Grpc,
            Name::Web | Name::WebText => {
                Self::GrpcWeb(content_type.answer_to(media_type(headers.get(ACCEPT))))
            }
        }
    }
}

/// The form of a gRPC-Web response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WebFormat {
    pub(super) encoding: Encoding,
    pub(super) content_type: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Binary,
    Base64,
}

impl WebFormat {
    fn new(encoding: Encoding, suffix: Suffix) -> Self {
        let content_type = match (encoding, suffix) {
            (Encoding::Binary, Suffix::Other) => "application/grpc-web",
            (Encoding::Binary, Suffix::Proto) => "application/grpc-web+proto",
            (Encoding::Binary, Suffix::Json) => "application/grpc-web+json",
            (Encoding::Base64, Suffix::Other) => "application/grpc-web-text",
            (Encoding::Base64, Suffix::Proto) => "application/grpc-web-text+proto",
            (Encoding::Base64, Suffix::Json) => "application/grpc-web-text+json",
        };
        Self {
            encoding,
            content_type,
        }
    }
}

/// A media type of gRPC.
struct MediaType {
    name: Name,
    suffix: Suffix,
}

impl MediaType {
    /// Returns the form of the response to a request of this type: the form that the client accepts, or else that of
    /// the request.
    fn answer_to(self, accepted: Option<Self>) -> WebFormat {
        match (accepted, &self.name) {
            (
                Some(Self {
                    name: Name::WebText,
                    suffix,
                }),
                _,
            ) => WebFormat::new(Encoding::Base64, suffix),
            (
                Some(Self {
                    name: Name::Web, ..
                }),
                _,
            )
            | (_, Name::Grpc | Name::Web) => WebFormat::new(Encoding::Binary, self.suffix),
            (_, Name::WebText) => WebFormat::new(Encoding::Base64, self.suffix),
        }
    }
}

enum Name {
    Grpc,
    Web,
    WebText,
}

/// The format of the messages. The response to a refused request lacks a message, but its content type still names a
/// format.
#[derive(Clone, Copy)]
enum Suffix {
    Proto,
    Json,
    /// An unknown suffix, or none. An unknown suffix is not sent back, because it is text of the client's.
    Other,
}

fn media_type(value: Option<&HeaderValue>) -> Option<MediaType> {
    let rest = without_start(value?.as_bytes(), b"application/grpc")?;
    let (name, rest) = match without_start(rest, b"-web") {
        None => (Name::Grpc, rest),
        Some(rest) => match without_start(rest, b"-text") {
            None => (Name::Web, rest),
            Some(rest) => (Name::WebText, rest),
        },
    };
    let suffix = match rest.strip_prefix(b"+") {
        Some(suffix) => format(suffix),
        None if is_end(rest) => Suffix::Other,
        None => return None,
    };
    Some(MediaType { name, suffix })
}

fn format(suffix: &[u8]) -> Suffix {
    let is = |name| without_start(suffix, name).is_some_and(is_end);
    if is(b"proto") {
        Suffix::Proto
    } else if is(b"json") {
        Suffix::Json
    } else {
        Suffix::Other
    }
}

/// Returns `true` if the media type ends here, with or without parameters after it.
fn is_end(rest: &[u8]) -> bool {
    matches!(rest.first(), None | Some(b';' | b' ' | b'\t'))
}

fn without_start<'a>(value: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (found, rest) = value.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protocol(content_type: &'static str, accept: Option<&'static str>) -> Protocol {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(accept) = accept {
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        Protocol::of(&headers)
    }

    fn web(encoding: Encoding, content_type: &'static str) -> Protocol {
        Protocol::GrpcWeb(WebFormat {
            encoding,
            content_type,
        })
    }

    #[test]
    fn grpc_is_known_by_its_name_alone() {
        for content_type in [
            "application/grpc",
            "application/grpc+proto",
            "application/grpc+json",
            "application/grpc+",
            "application/grpc; charset=utf-8",
            "application/grpc ;x",
            "application/grpc\t",
            "APPLICATION/GRPC+Thrift",
        ] {
            assert_eq!(protocol(content_type, None), Protocol::Grpc);
            let accept = Some("application/grpc-web-text");
            assert_eq!(protocol(content_type, accept), Protocol::Grpc);
        }
    }

    #[test]
    fn lookalikes_are_http() {
        assert_eq!(Protocol::of(&HeaderMap::new()), Protocol::Http);
        for content_type in [
            "",
            "application/json",
            "application/grp",
            "application/grpcx",
            "application/grpc.v1",
            "application/grpc,x",
            "application/grpc-",
            "application/grpc-webx",
            "application/grpc-web-",
            "application/grpc-web-textx",
            "application/grpc-web-text-base64",
            "application/grpc-text",
            "text/grpc-web",
            " application/grpc-web",
        ] {
            assert_eq!(protocol(content_type, None), Protocol::Http);
        }
    }

    #[test]
    fn content_type_of_grpc_web_is_sent_back() {
        for (sent, answered) in [
            ("application/grpc-web", "application/grpc-web"),
            ("application/grpc-web+proto", "application/grpc-web+proto"),
            ("Application/gRPC-Web+JSON", "application/grpc-web+json"),
            (
                "application/grpc-web+proto; a=b",
                "application/grpc-web+proto",
            ),
            ("application/grpc-web+json\t", "application/grpc-web+json"),
            ("application/grpc-web;+proto", "application/grpc-web"),
            ("application/grpc-web+thrift", "application/grpc-web"),
            ("application/grpc-web+protox", "application/grpc-web"),
        ] {
            assert_eq!(protocol(sent, None), web(Encoding::Binary, answered));
        }
    }

    #[test]
    fn what_is_accepted_decides_on_text() {
        for sent in ["application/grpc-web+json", "application/grpc-web-text"] {
            for (accept, answered) in [
                ("application/grpc-web-text", "application/grpc-web-text"),
                (
                    "application/gRPC-Web-Text+proto;q=1",
                    "application/grpc-web-text+proto",
                ),
                (
                    "application/grpc-web-text+json",
                    "application/grpc-web-text+json",
                ),
                (
                    "application/grpc-web-text+thrift",
                    "application/grpc-web-text",
                ),
            ] {
                let expected = web(Encoding::Base64, answered);
                assert_eq!(protocol(sent, Some(accept)), expected);
            }
        }
        let binary = protocol(
            "application/grpc-web-text+proto",
            Some("application/grpc-web"),
        );
        assert_eq!(binary, web(Encoding::Binary, "application/grpc-web+proto"));
    }

    #[test]
    fn request_that_accepts_anything_is_answered_as_it_came() {
        for accept in [
            None,
            Some("*/*"),
            Some("application/grpc"),
            Some("application/grpc-web-textx"),
            Some("application/json, application/grpc-web-text"),
        ] {
            let text = protocol("application/grpc-web-text+proto", accept);
            let expected = web(Encoding::Base64, "application/grpc-web-text+proto");
            assert_eq!(text, expected);
            let binary = protocol("application/grpc-web+json", accept);
            let expected = web(Encoding::Binary, "application/grpc-web+json");
            assert_eq!(binary, expected);
        }
    }
}
