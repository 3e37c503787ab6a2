//! Bodies of any frames, with trailers, errors and limits at any point, are passed on whole or refused.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use http_body::SizeHint;
use http_body_util::Limited;
use proptest::{collection::vec, option, prelude::*, sample::Index};
use sequence_auth::AuthErrorKind as Kind;

use crate::support::{
    Answer, ISSUER, Script, Step, bearer, data, in_twelve_hours, json, layer, send,
};

static TOKEN: LazyLock<String> =
    LazyLock::new(|| ISSUER.token().claim("exp", in_twelve_hours()).mint());

#[derive(Clone, Debug)]
enum Content {
    WithToken(String),
    WithoutToken,
    NoJson(Vec<u8>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Clean,
    Trailers,
    Error,
}

#[derive(Clone, Debug)]
struct Case {
    content: Content,
    cuts: Vec<Index>,
    end: End,
    /// How much of the content arrives before the body ends with an error.
    complete: bool,
    tells_length: bool,
    outer_limit: Option<usize>,
    body_limit: usize,
    optional: bool,
}

fn any_case() -> impl Strategy<Value = Case> {
    let content = prop_oneof![
        4 => "[ -~]{0,40}".prop_map(Content::WithToken),
        1 => Just(Content::WithoutToken),
        1 => vec(any::<u8>(), 0..40).prop_map(Content::NoJson),
    ];
    let end = prop::sample::select(vec![End::Clean, End::Trailers, End::Trailers, End::Error]);
    let outer_limit = option::weighted(0.3, 0..1500_usize);
    let body_limit = prop_oneof![4 => Just(64 * 1024), 2 => 0..1500_usize, 1 => 0..3_usize];
    let flags = any::<[bool; 3]>();
    (
        content,
        vec(any::<Index>(), 0..12),
        end,
        outer_limit,
        body_limit,
        flags,
    )
        .prop_map(
            |(content, cuts, end, outer_limit, body_limit, [complete, tells_length, optional])| {
                Case {
                    content,
                    cuts,
                    end,
                    complete,
                    tells_length,
                    outer_limit,
                    body_limit,
                    optional,
                }
            },
        )
}

/// The expected treatment of a body.
#[derive(Debug, PartialEq)]
enum Outcome {
    Refused(Kind),
    Passed {
        has_claims: bool,
        body: Vec<u8>,
        trailers: Option<HeaderMap>,
        broke_off: bool,
    },
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        match &self.content {
            Content::WithToken(fill) => {
                let fill = serde_json::to_string(fill).unwrap();
                format!(r#"{{"fill":{fill},"sequenceToken":"{}"}}"#, *TOKEN).into_bytes()
            }
            Content::WithoutToken => b"{\"a\":[1,2]} ".to_vec(),
            // JSON with an unclosed brace is invalid.
            Content::NoJson(bytes) => [b"{", &bytes[..]].concat(),
        }
    }

    /// The frames that come before the end, empty ones among them.
    fn frames(&self) -> Vec<Bytes> {
        let bytes = Bytes::from(self.bytes());
        let mut cuts: Vec<_> = self
            .cuts
            .iter()
            .map(|cut| cut.index(bytes.len() + 1))
            .collect();
        cuts.sort_unstable();
        let starts = [&[0], &cuts[..]].concat();
        let ends = [&cuts[..], &[bytes.len()]].concat();
        let mut frames: Vec<_> = starts
            .into_iter()
            .zip(ends)
            .map(|(a, b)| bytes.slice(a..b))
            .collect();
        if self.end == End::Error && !self.complete {
            frames.truncate(frames.len() / 2);
        }
        frames
    }

    fn trailers(&self) -> Option<HeaderMap> {
        let trailers = [("x-checksum", "a"), ("x-more", "b")];
        let trailers =
            trailers.map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        (self.end == End::Trailers).then(|| trailers.into_iter().collect())
    }

    fn script(&self) -> Limited<Script> {
        let mut steps: Vec<_> = self.frames().into_iter().map(data).collect();
        steps.extend(self.trailers().map(Step::Trailers));
        if self.end == End::Error {
            steps.push(Step::Error("reset".into()));
        }
        let hint = if self.tells_length {
            SizeHint::with_exact(self.bytes().len() as u64)
        } else {
            SizeHint::new()
        };
        Limited::new(
            Script::new(steps, hint),
            self.outer_limit.unwrap_or(usize::MAX),
        )
    }

    /// What a reader of the whole body receives: the bytes before an error, and the error.
    fn read(&self) -> (Vec<Bytes>, Option<Kind>) {
        let mut left = self.outer_limit.unwrap_or(usize::MAX);
        let mut read = Vec::new();
        for frame in self.frames() {
            if frame.len() > left {
                return (read, Some(Kind::BodyTooLarge));
            }
            left -= frame.len();
            read.push(frame);
        }
        (
            read,
            (self.end == End::Error).then_some(Kind::BodyInterrupted),
        )
    }

    fn passed(&self, has_claims: bool) -> Outcome {
        let (frames, failure) = self.read();
        Outcome::Passed {
            has_claims,
            body: frames.concat(),
            trailers: self.trailers().filter(|_| failure.is_none()),
            broke_off: failure.is_some(),
        }
    }

    fn expected(&self) -> Outcome {
        if self.body_limit == 0 {
            return self.passed_if_optional(Kind::MissingToken);
        }
        let (frames, failure) = self.read();
        let told = if self.tells_length {
            self.bytes().len()
        } else {
            0
        };
        let told = told.min(self.outer_limit.unwrap_or(usize::MAX));
        let length: usize = frames.iter().map(Bytes::len).sum();
        if told.max(length) > self.body_limit {
            return self.passed_if_optional(Kind::BodyTooLarge);
        }
        match (failure, &self.content) {
            (Some(kind), _) => Outcome::Refused(kind),
            (None, Content::WithToken(_)) => self.passed(true),
            (None, Content::WithoutToken) => self.passed_if_optional(Kind::MissingToken),
            (None, Content::NoJson(_)) => self.passed_if_optional(Kind::MalformedBody),
        }
    }

    fn passed_if_optional(&self, kind: Kind) -> Outcome {
        if self.optional {
            self.passed(false)
        } else {
            Outcome::Refused(kind)
        }
    }

    fn send<B>(&self, request: Request<B>) -> Answer
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<tower::BoxError>,
    {
        let layer = layer().body_limit(self.body_limit);
        let layer = if self.optional {
            layer.optional()
        } else {
            layer
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(send(&layer, request))
    }
}

fn outcome(answer: &Answer) -> Outcome {
    let Some(seen) = &answer.seen else {
        return Outcome::Refused(answer.kind().unwrap());
    };
    assert_eq!(seen.anonymous, seen.claims.is_none());
    Outcome::Passed {
        has_claims: seen.claims.is_some(),
        body: seen.body(),
        trailers: seen.trailers.clone(),
        broke_off: seen.broke_off,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn searched_body_is_passed_on_whole_or_refused(case in any_case()) {
        let request = json(Script::empty()).map(|_| case.script());
        let answer = case.send(request);
        prop_assert_eq!(outcome(&answer), case.expected());
    }

    #[test]
    fn body_beside_bearer_token_ends_as_sent(case in any_case()) {
        let mut request = json(Script::empty()).map(|_| case.script());
        *request.headers_mut() = bearer(&TOKEN).headers().clone();
        let content_type = HeaderValue::from_static("application/json");
        request.headers_mut().insert("content-type", content_type);
        let answer = case.send(request);
        prop_assert_eq!(&answer.seen().frames, &case.read().0);
        prop_assert_eq!(outcome(&answer), case.passed(true));
    }
}
