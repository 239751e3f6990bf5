//! Stands in for the `nen` binary in this crate's tests: the stage is the real one, the controller is not.
//! It answers `/health`, `/claim`, `/echo` (what it was sent), `/slow` (never), `/spawn` (with a program that outlives it) and `/crash`, and says who and where it is at `/where`.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fixture")]

use std::convert::Infallible;
use std::path::Path;
use std::process::ExitCode;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "sandbox", spec] => {
            let Err(error) = nen_host::stage::run(Path::new(spec));
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        [_, "desktopd", config] => desktopd(Path::new(config)),
        _ => ExitCode::from(2),
    }
}

fn desktopd(config: &Path) -> ExitCode {
    let config: serde_json::Value =
        serde_json::from_slice(&std::fs::read(config).unwrap()).unwrap();
    if let Some(why) = config["env"]["FAIL"].as_str() {
        eprintln!("the stand-in was told to fail");
        tell(why);
        return ExitCode::FAILURE;
    }
    if let Some(many) = config["env"]["EAT_MB"].as_str() {
        std::thread::spawn({
            let many: usize = many.parse().unwrap();
            move || {
                let eaten: Vec<Vec<u8>> = (0..many).map(|_| vec![1_u8; 1 << 20]).collect();
                std::hint::black_box(eaten);
            }
        });
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(serve());
    ExitCode::SUCCESS
}

async fn serve() {
    let listener = tokio::net::UnixListener::bind("/run/nen/controller.sock").unwrap();
    tell("ready");
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service_fn(answer))
            .with_upgrades();
        tokio::spawn(connection);
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let text = match request.uri().path() {
        "/health" => "{\"status\":\"ok\"}".to_owned(),
        "/claim" => String::new(),
        "/where" => place(),
        "/slow" => std::future::pending().await,
        "/spawn" => {
            let program = std::process::Command::new("/usr/bin/sleep")
                .arg("1000")
                .spawn();
            program.unwrap().id().to_string()
        }
        "/crash" => {
            std::fs::write("/run/nen/exit-reason", "it was asked to crash\n").unwrap();
            std::process::exit(1)
        }
        "/connect" => connect(request.uri().query().unwrap_or_default()).await,
        "/headers" => format!("{:?}", request.headers()),
        "/rfb" => return Ok(upgrade(request)),
        "/execute" | "/echo" => {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            return Ok(Response::new(Full::new(body)));
        }
        _ => {
            let mut response = Response::new(Full::new(Bytes::new()));
            *response.status_mut() = StatusCode::NOT_FOUND;
            return Ok(response);
        }
    };
    Ok(Response::new(Full::new(text.into())))
}

fn upgrade(request: Request<Incoming>) -> Response<Full<Bytes>> {
    tokio::spawn(async move {
        let mut stream = TokioIo::new(hyper::upgrade::on(request).await.unwrap());
        stream.write_all(b"RFB 003.008\n").await.unwrap();
        let mut buffer = [0; 1024];
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            stream.write_all(&buffer[..read]).await.unwrap();
        }
    });
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    response
        .headers_mut()
        .insert("connection", "upgrade".parse().unwrap());
    response
        .headers_mut()
        .insert("upgrade", "rfb".parse().unwrap());
    response
}

/// What can be reached from inside, for the tests of the network's rules.
async fn connect(address: &str) -> String {
    let attempt = tokio::net::TcpStream::connect(address);
    match tokio::time::timeout(std::time::Duration::from_secs(5), attempt).await {
        Ok(Ok(_)) => "connected".to_owned(),
        Ok(Err(error)) => error.kind().to_string(),
        Err(_) => "timed out".to_owned(),
    }
}

fn place() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let link = |name: &str| std::fs::read_link(format!("/proc/self/ns/{name}")).unwrap_or_default();
    let list = |path: &str| {
        let entries = std::fs::read_dir(path).map(|entries| entries.filter_map(|entry| entry.ok()));
        let mut names: Vec<String> = entries
            .map(|entries| {
                entries
                    .map(|entry| entry.file_name().to_string_lossy().into_owned())
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        names
    };
    let processes = list("/proc")
        .iter()
        .filter(|name| name.parse::<u32>().is_ok())
        .count();
    let capabilities = read("/proc/self/status")
        .lines()
        .filter(|line| line.starts_with("Cap"))
        .collect::<Vec<_>>()
        .join(" ");
    serde_json::json!({
        "user": rustix::process::geteuid().as_raw(),
        "net": link("net"), "pid": link("pid"), "ipc": link("ipc"), "uts": link("uts"), "mnt": link("mnt"), "own_user": link("user"),
        "root": list("/"),
        "home": list("/home"),
        "processes": processes,
        "capabilities": capabilities,
        "passwd": read("/etc/passwd"),
        "hosts": read("/etc/hosts"),
        "root_writable": std::fs::write("/usr/x", "").is_ok() || std::fs::write("/x", "").is_ok(),
        "drive_writable": std::fs::write("/drive/x", "").is_ok(),
        "launcher": std::fs::metadata("/opt/nen/bin/nen-launch").is_ok(),
    })
    .to_string()
}

fn tell(word: &str) {
    let fd: i32 = std::env::var("NEN_READY_FD").unwrap().parse().unwrap();
    std::fs::write(format!("/proc/self/fd/{fd}"), format!("{word}\n")).unwrap();
    // The pipe itself stays open in this process: the server must not wait for its end.
}
