//! The places in a request that can hold a token, in order. This code is synchronous: it never waits for a body.

mod bearer;
mod cookie;
mod credentials;
mod found;
mod header;
mod headers;
mod json_field;
mod list;
mod lookup;
mod same_origin;
mod subprotocol;
mod token_source;
mod token_sources;

pub use self::token_source::TokenSource;
pub(crate) use self::{
    found::{BodyError, Found, Located},
    headers::{
        RequestHead, cookie, cookie_bytes, has_too_many_cookies, is_token_char, rests_of_cookies,
    },
    list::only_value,
    same_origin::{is_cross_site, is_of_other_host},
    token_sources::TokenSources,
};
