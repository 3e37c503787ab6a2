//! The proxies, with the configurations that are shown; only the addresses are others.

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    Nginx,
    Caddy,
    Traefik,
}

// The addresses that are shown.
pub(crate) const PROXY: &str = "127.0.0.1:8080";
const VERIFY: &str = "127.0.0.1:3000";
const BACKEND: &str = "127.0.0.1:8000";

/// Who is where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addresses {
    pub(crate) proxy: SocketAddr,
    pub(crate) verify: SocketAddr,
    pub(crate) backend: SocketAddr,
}

/// A program that ends with this value.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Proxy {
    pub(crate) fn run(self, addresses: Addresses, directory: &Path) -> Process {
        let mut command = match self {
            Self::Nginx => nginx(addresses, directory, &shown("nginx.conf")),
            Self::Caddy => caddy(addresses, directory),
            Self::Traefik => traefik(addresses, directory),
        };
        spawn(&mut command, directory)
    }
}

/// Runs nginx with other servers than the documented ones.
pub(crate) fn run_nginx(servers: &str, addresses: Addresses, directory: &Path) -> Process {
    spawn(&mut nginx(addresses, directory, servers), directory)
}

fn spawn(command: &mut Command, directory: &Path) -> Process {
    let log = fs::File::create(directory.join("log")).unwrap();
    let errors = log.try_clone().unwrap();
    let command = command.stdin(Stdio::null()).stdout(log).stderr(errors);
    Process(command.current_dir(directory).spawn().unwrap())
}

/// In a single process, as the user of the tests, with all files in its own directory.
const NGINX: &str = "\
    daemon off; master_process off; pid nginx.pid; error_log stderr info;\n\
    events {}\n\
    http {\n\
    access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n";

fn nginx(addresses: Addresses, directory: &Path, servers: &str) -> Command {
    let servers = placed(servers, addresses);
    fs::write(
        directory.join("nginx.conf"),
        format!("{NGINX}{servers}}}\n"),
    )
    .unwrap();
    let mut command = program("NGINX", "nginx");
    command.arg("-p").arg(directory);
    command.args(["-e", "stderr", "-c", "nginx.conf"]);
    command
}

fn caddy(addresses: Addresses, directory: &Path) -> Command {
    let shown = placed(&shown("Caddyfile"), addresses);
    fs::write(
        directory.join("Caddyfile"),
        format!("{{\n\tadmin off\n}}\n{shown}"),
    )
    .unwrap();
    let mut command = program("CADDY", "caddy");
    command.args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"]);
    command.env("HOME", directory);
    command
}

/// It would ask its makers for a newer version.
const TRAEFIK: &str = "global: { checkNewVersion: false, sendAnonymousUsage: false }\n";

fn traefik(addresses: Addresses, directory: &Path) -> Command {
    let itself = free_address().to_string();
    for (name, before) in [("traefik.yml", TRAEFIK), ("traefik-routes.yml", "")] {
        let shown = placed(&shown(name), addresses).replace("127.0.0.1:8082", &itself);
        fs::write(directory.join(name), format!("{before}{shown}")).unwrap();
    }
    let mut command = program("TRAEFIK", "traefik");
    command.arg("--configFile=traefik.yml");
    command
}

fn program(variable: &str, name: &str) -> Command {
    Command::new(env::var_os(variable).unwrap_or_else(|| name.into()))
}

pub(crate) fn shown(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Replaces the documented addresses.
fn placed(shown: &str, addresses: Addresses) -> String {
    shown
        .replace(PROXY, &addresses.proxy.to_string())
        .replace(VERIFY, &addresses.verify.to_string())
        .replace(BACKEND, &addresses.backend.to_string())
}

pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}
