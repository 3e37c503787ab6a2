//! The token, which the backend does not need.

use super::{
    behind_each_proxy,
    process::Proxy,
    site::{Site, token},
};

behind_each_proxy! {
    the_backend_does_not_get_the_token
    the_backend_does_not_get_a_token_that_comes_twice
}

fn the_backend_does_not_get_the_token(site: &Site) {
    let token = token();
    for place in [
        format!("Authorization: Bearer {token}"),
        format!("X-Sequence-Token: {token}"),
        format!("Cookie: __Host-token={token}"),
        format!("Cookie: a=b; __Host-token={token}; c=d"),
        format!("Cookie: a=b;__Host-token={token}"),
        format!("Cookie: __Host-token={token};a=b"),
        format!("Cookie: a=b; __Host-tokens=b; __Host-token={token}"),
    ] {
        for path in ["/game", "/public/"] {
            let seen = site.passed(&format!("GET {path}\n{place}")).unwrap();
            assert!(!format!("{seen:?}").contains(&token), "{seen:?}");
            // Of the others, Traefik keeps none.
            for other in ["a=b", "c=d"] {
                let is_kept = place.contains(other) && site.proxy != Proxy::Traefik;
                assert_eq!(seen.value("cookie").contains(other), is_kept, "{seen:?}");
            }
        }
    }
}

fn the_backend_does_not_get_a_token_that_comes_twice(site: &Site) {
    let token = token();
    let twice = format!("Cookie: __Host-token={token}; a=b; __Host-token={token}");
    let thrice = format!("{twice}; __Host-token={token}");
    for cookies in [twice, thrice] {
        let seen = site.passed(&format!("GET /public/\n{cookies}")).unwrap();
        assert!(!format!("{seen:?}").contains(&token), "{seen:?}");
    }
}
