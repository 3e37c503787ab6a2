//! Real proxies, each between an attacking client and a backend that records every request.

mod backend;
mod bodies;
pub(crate) mod client;
mod conditions;
mod configuration;
mod cross_site;
mod forgery;
mod nginx;
mod outages;
mod paths;
mod process;
mod refusals;
mod secrets;
mod site;
mod upgrades;

/// Makes a test of each function, for each proxy.
macro_rules! for_each_proxy {
    ($($test:ident)+) => {
        $crate::proxies::for_each_proxy!(|proxy| proxy; $($test)+);
    };
    (|$proxy:ident| $argument:expr; $($test:ident)+) => {
        $crate::proxies::for_proxy!(nginx, "needs nginx", Nginx, |$proxy| $argument; $($test)+);
        $crate::proxies::for_proxy!(caddy, "needs caddy", Caddy, |$proxy| $argument; $($test)+);
        $crate::proxies::for_proxy!(traefik, "needs traefik", Traefik, |$proxy| $argument; $($test)+);
    };
}

/// Makes a test of each function, with a site behind each proxy.
macro_rules! behind_each_proxy {
    ($($test:ident)+) => {
        $crate::proxies::for_each_proxy!(|proxy| &$crate::proxies::site::Site::start(proxy); $($test)+);
    };
}

macro_rules! for_proxy {
    ($name:ident, $needs:literal, $variant:ident, |$proxy:ident| $argument:expr; $($test:ident)+) => {
        mod $name {
            $(#[test]
            #[cfg_attr(not($name), ignore = $needs)]
            fn $test() {
                let $proxy = $crate::proxies::process::Proxy::$variant;
                super::$test($argument);
            })+
        }
    };
}

pub(crate) use behind_each_proxy;
pub(crate) use for_each_proxy;
pub(crate) use for_proxy;
