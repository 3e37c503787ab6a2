//! The protocol of a request, by which its refusal is answered.

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
    /// Tells the protocol by the content type, with or without a suffix and parameters.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let Some(content_type) = media_type(headers.get(CONTENT_TYPE)) else {
            return Self::Http;
        };
        let asked_for_text = || media_type(headers.get(ACCEPT)).filter(MediaType::is_text);
        match content_type.name {
            Name::Grpc => Self::Grpc,
            // That of the request says nothing about the answer: so do tonic-web and Envoy have it, and so it will
            // be if the request passes.
            Name::Web | Name::WebText => Self::GrpcWeb(match asked_for_text() {
                Some(accepted) => WebFormat::new(Encoding::Base64, accepted.suffix),
                None => WebFormat::new(Encoding::Binary, content_type.suffix),
            }),
        }
    }
}

/// The form of an answer over gRPC-Web.
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
    fn is_text(&self) -> bool {
        matches!(self.name, Name::WebText)
    }
}

enum Name {
    Grpc,
    Web,
    WebText,
}

/// The format of the messages, of which a refusal has none.
#[derive(Clone, Copy)]
enum Suffix {
    Proto,
    Json,
    /// None, or one that is not sent back: it is the client's text.
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

/// Returns `true` before parameters, and where there are none.
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
    fn only_what_is_accepted_makes_an_answer_text() {
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
        let text = "application/grpc-web-text+proto";
        for accept in [
            None,
            Some("*/*"),
            Some("application/grpc-web"),
            Some("application/grpc-web-textx"),
            Some("application/json, application/grpc-web-text"),
        ] {
            let expected = web(Encoding::Binary, "application/grpc-web+proto");
            assert_eq!(protocol(text, accept), expected);
        }
    }
}
