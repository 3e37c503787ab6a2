//! The guide shows the code that is tested here.

use test_support::guide::assert_guide_shows;

#[test]
fn the_guide_shows_the_code_for_each_server() {
    for file in [
        include_str!("../src/poem_middleware.rs"),
        include_str!("../src/salvo_adapter.rs"),
        include_str!("../src/salvo_hoop.rs"),
        include_str!("../src/warp_service.rs"),
    ] {
        assert_guide_shows("servers.rs", file);
    }
}

#[test]
fn the_guide_shows_the_limits() {
    assert_guide_shows("middleware.rs", include_str!("../src/rate_limits.rs"));
}
