//! The configurations, as they are shown.

use super::process::shown;

/// The addresses that the tests replace.
#[test]
fn each_names_the_three_addresses() {
    let traefik = shown("traefik.yml") + &shown("traefik-routes.yml");
    for configuration in [shown("nginx.conf"), shown("Caddyfile"), traefik] {
        for address in ["127.0.0.1:8080", "127.0.0.1:3000", "127.0.0.1:8000"] {
            assert!(
                configuration.contains(address),
                "{address}: {configuration}"
            );
        }
    }
}

#[test]
fn the_guide_shows_the_same() {
    for (name, page) in [
        ("nginx.conf", "nginx.rs"),
        ("Caddyfile", "caddy.rs"),
        ("traefik.yml", "traefik.rs"),
        ("traefik-routes.yml", "traefik.rs"),
    ] {
        let guide = shown(&format!("../../src/guide/proxies/{page}"));
        let line = |line: &str| {
            format!("//! {}", line.replace('\t', "    "))
                .trim_end()
                .to_owned()
                + "\n"
        };
        let shown: String = shown(name).lines().map(line).collect();
        assert!(guide.contains(&shown), "{name} is another one in the guide");
    }
}
