//! Real programs, each between a client that attacks and a backend that takes note of all it gets.

mod backend;
mod bodies;
mod client;
mod configuration;
mod cross_site;
mod forgery;
mod nginx;
mod paths;
mod process;
mod refusals;
mod secrets;
mod site;
mod upgrades;

/// Makes a test of each function, behind each proxy.
macro_rules! behind_each_proxy {
    ($($test:ident)+) => {
        mod nginx {
            $(#[test]
            #[cfg_attr(not(nginx), ignore = "needs nginx")]
            fn $test() {
                super::$test(&crate::proxies::site::Site::start(crate::proxies::process::Proxy::Nginx));
            })+
        }
        mod caddy {
            $(#[test]
            #[cfg_attr(not(caddy), ignore = "needs caddy")]
            fn $test() {
                super::$test(&crate::proxies::site::Site::start(crate::proxies::process::Proxy::Caddy));
            })+
        }
        mod traefik {
            $(#[test]
            #[cfg_attr(not(traefik), ignore = "needs traefik")]
            fn $test() {
                super::$test(&crate::proxies::site::Site::start(crate::proxies::process::Proxy::Traefik));
            })+
        }
    };
}
pub(crate) use behind_each_proxy;
