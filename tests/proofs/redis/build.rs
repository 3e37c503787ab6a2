//! Sets a `cfg` for each installed program that tests need. A test without its program is reported as ignored, never as
//! passed.
//!
//! This serves all packages with such tests.

use std::{env, fs, path::PathBuf};

/// What changes when something is installed. To watch all of `PATH` may be to walk through a whole disk.
const INSTALLED: [&str; 5] = [
    "/opt/homebrew/bin",
    "/usr/bin",
    "/usr/local/bin",
    "/usr/sbin",
    "/var/lib/dpkg/status",
];

/// A proxy's `cfg`, the variable that may name its program, and the program. If the variable is set, tests fail without
/// the program.
const PROXIES: [(&str, &str, &str); 3] = [
    ("nginx", "NGINX", "nginx"),
    ("caddy", "CADDY", "caddy"),
    ("traefik", "TRAEFIK", "traefik"),
];

fn main() {
    println!("cargo::rerun-if-env-changed=PATH");
    println!("cargo::rerun-if-env-changed=REDIS_SERVER");
    for (_, variable, _) in PROXIES {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    for place in INSTALLED.map(PathBuf::from) {
        if place.exists() {
            println!("cargo::rerun-if-changed={}", place.display());
        }
    }
    say("redis_server", has_redis());
    say("libfaketime", has_libfaketime());
    for program in ["prometheus", "promtool"] {
        say(program, has_program(program));
    }
    for (name, variable, program) in PROXIES {
        let is_named = env::var_os(variable).is_some();
        say(name, is_named || has_program(program));
    }
}

fn say(name: &str, is_installed: bool) {
    println!("cargo::rustc-check-cfg=cfg({name})");
    if is_installed {
        println!("cargo::rustc-cfg={name}");
    }
}

/// A program that `REDIS_SERVER` names is to be there: tests fail without it.
fn has_redis() -> bool {
    env::var_os("REDIS_SERVER").is_some()
        || has_program("redis-server")
        || has_program("valkey-server")
}

fn has_program(name: &str) -> bool {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|directory| directory.join(&name).is_file())
}

/// Looks where Debian has it, on any architecture.
fn has_libfaketime() -> bool {
    let Ok(directories) = fs::read_dir("/usr/lib") else {
        return false;
    };
    let library = |directory: fs::DirEntry| directory.path().join("faketime/libfaketimeMT.so.1");
    directories.flatten().map(library).any(|path| path.exists())
}
