//! The examples, run as a user runs them.

use std::{
    env::{self, consts::EXE_SUFFIX},
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, SystemTime},
};

use tokio::{process::Command, time::timeout};

const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
const NO_TOKEN: &str =
    "no ID token was sent, neither as a bearer token nor in the JSON field sequenceToken";

/// Far longer than any example takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Prepares a run of an example, which ends at the latest when it is dropped.
fn example(name: &str) -> Command {
    let mut command = Command::new(binary(name));
    command.stdout(Stdio::piped()).kill_on_drop(true);
    command
}

/// Finds the example that Cargo built along with this test. `--test it` alone does not build it.
fn binary(name: &str) -> PathBuf {
    let this_test = env::current_exe().unwrap();
    let profile = this_test.ancestors().nth(2).unwrap();
    let binary = profile.join(format!("examples/{name}{EXE_SUFFIX}"));
    assert!(
        is_up_to_date(&binary).unwrap_or(false),
        "{name} is not built, or older than its sources: cargo build --examples"
    );
    binary
}

/// Returns `true` if a binary is as new as all sources that Cargo lists for it.
fn is_up_to_date(binary: &Path) -> io::Result<bool> {
    let built = modified(binary)?;
    let note = fs::read_to_string(binary.with_extension("d"))?;
    let (_, sources) = note.trim_end().split_once(": ").unwrap();
    // A space in a path is escaped.
    for source in sources.replace("\\ ", "\0").split(' ') {
        if modified(source.replace('\0', " ").as_ref())? > built {
            return Ok(false);
        }
    }
    Ok(true)
}

fn modified(path: &Path) -> io::Result<SystemTime> {
    path.metadata()?.modified()
}

/// Runs an example to its end and returns what it prints.
async fn printed_by(name: &str) -> String {
    let output = timeout(PATIENCE, example(name).output()).await;
    let output = output.expect("it ends").unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn minimal_shows_who_passes_and_who_does_not() {
    let refusal = format!(r#"{{"error":"missing_token","error_description":"{NO_TOKEN}"}}"#);
    assert_eq!(
        printed_by("minimal").await,
        format!(
            "with a token: 200 OK\nHello {WALLET}\n\
             without a token: 401 Unauthorized\n{refusal}\n"
        )
    );
}

#[tokio::test]
async fn grpc_shows_unary_and_streaming_calls_that_pass_and_that_do_not() {
    assert_eq!(
        printed_by("grpc").await,
        format!(
            "GetWallet with a token: {WALLET} of player@example.com\n\
             ListItems with a token: player@example.com's sword, player@example.com's shield\n\
             GetWallet without a token: Unauthenticated, {NO_TOKEN}\n\
             ListItems without a token: Unauthenticated, {NO_TOKEN}\n"
        )
    );
}

/// Servers that print `curl` lines and end on Ctrl-C. Other systems send it differently.
#[cfg(unix)]
mod servers {
    use tokio::{
        io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
        net::TcpStream,
        process::{Child, ChildStdout, Command},
        time::timeout,
    };

    use super::{NO_TOKEN, PATIENCE, WALLET, example};

    #[tokio::test]
    async fn hyper_prints_lines_to_paste_that_do_as_it_says_and_ends_on_ctrl_c() {
        timeout(PATIENCE, try_out("hyper")).await.expect("it ends");
    }

    #[tokio::test]
    async fn axum_prints_lines_to_paste_that_do_as_it_says_and_ends_on_ctrl_c() {
        timeout(PATIENCE, try_out("axum")).await.expect("it ends");
    }

    async fn try_out(name: &str) {
        let mut server = example(name).arg("127.0.0.1:0").spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();

        let answer = curl(&next_command(&mut lines).await).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        let hello = format!("\r\n\r\nHello {WALLET}\n");
        assert!(answer.ends_with(&hello), "{answer}");

        let answer = curl(&next_command(&mut lines).await).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(answer.contains(NO_TOKEN), "{answer}");

        interrupt(&server).await;
        assert!(server.wait().await.unwrap().success());
    }

    async fn next_command(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
        loop {
            let line = lines.next_line().await.unwrap().expect("another command");
            if line.starts_with("  curl ") {
                return line;
            }
        }
    }

    /// Sends the request that a shell and `curl -i` would send.
    async fn curl(command: &str) -> String {
        let (url, header) = match words(command)[..] {
            ["curl", "-i", url] => (url, None),
            ["curl", "-i", url, "-H", header] => (url, Some(header)),
            _ => panic!("{command}"),
        };
        let host = url.strip_prefix("http://").unwrap();
        let mut request = format!("GET / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        request.extend(header.map(|header| format!("{header}\r\n")));
        request.push_str("\r\n");
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// Splits at spaces, but not between single quotes.
    fn words(command: &str) -> Vec<&str> {
        let mut words = Vec::new();
        for (index, part) in command.split('\'').enumerate() {
            if index % 2 == 0 {
                words.extend(part.split_whitespace());
            } else {
                words.push(part);
            }
        }
        words
    }

    async fn interrupt(server: &Child) {
        let kill = format!("kill -INT {}", server.id().unwrap());
        let killed = Command::new("sh").args(["-c", &kill]).status().await;
        assert!(killed.unwrap().success());
    }
}
