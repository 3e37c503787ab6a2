//! nginx in front of the instances, in turn. It sends no request twice.

use std::{env, fs, net::SocketAddr, path::Path, process::Stdio, time::Duration};

use redis_proofs::server::free_address;
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::sleep,
};

use crate::instances::signal;

/// The header in which nginx names the instance that it chose, by its number.
pub(crate) const UPSTREAM: &str = "x-upstream";

pub(crate) struct Balancer {
    address: SocketAddr,
    process: Child,
    directory: TempDir,
    instances: Vec<SocketAddr>,
}

impl Balancer {
    pub(crate) async fn start(instances: Vec<SocketAddr>) -> Self {
        let (address, directory) = (free_address(), TempDir::new().unwrap());
        configure(directory.path(), address, &instances, None);
        let log = fs::File::create(directory.path().join("log")).unwrap();
        let program = env::var_os("NGINX").unwrap_or_else(|| "nginx".into());
        let process = Command::new(program)
            .arg("-p")
            .arg(directory.path())
            .args(["-e", "stderr", "-c", "nginx.conf"])
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let balancer = Self {
            address,
            process,
            directory,
            instances,
        };
        balancer.wait_until_it_listens().await;
        balancer
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends no more requests to an instance, or to all again, and waits until nginx has noticed.
    pub(crate) async fn leave_out(&self, instance: Option<usize>) {
        configure(
            self.directory.path(),
            self.address,
            &self.instances,
            instance,
        );
        signal(self.process.id().unwrap(), "HUP").await;
        sleep(Duration::from_millis(300)).await;
    }

    async fn wait_until_it_listens(&self) {
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(self.address).await.is_ok() {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!(
            "nginx does not start: {:?}",
            fs::read_to_string(self.directory.path().join("log"))
        );
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // As its master, it ends its workers. It may have ended already.
        if let Some(process) = self.process.id() {
            let _ = std::process::Command::new("kill")
                .arg(process.to_string())
                .status();
        }
    }
}

fn configure(
    directory: &Path,
    address: SocketAddr,
    instances: &[SocketAddr],
    without: Option<usize>,
) {
    let servers: String = instances
        .iter()
        .enumerate()
        .map(|(number, instance)| {
            let down = if without == Some(number) { " down" } else { "" };
            format!("    server {instance} max_fails=0{down};\n")
        })
        .collect();
    let numbers: String = instances
        .iter()
        .enumerate()
        .map(|(number, instance)| format!("    {instance} {number};\n"))
        .collect();
    let configuration = format!(
        "daemon off; worker_processes 1; pid nginx.pid; error_log stderr warn;\n\
         events {{}}\n\
         http {{\n\
         access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
         uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n\
         upstream instances {{\n{servers}}}\n\
         map $upstream_addr $number {{\n{numbers}}}\n\
         server {{\n    listen {address};\n\
         add_header {UPSTREAM} $number always;\n\
         location / {{ proxy_pass http://instances; proxy_next_upstream off; }}\n}}\n}}\n"
    );
    fs::write(directory.join("nginx.conf"), configuration).unwrap();
}
