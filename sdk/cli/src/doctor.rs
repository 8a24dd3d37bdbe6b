//! `maribro doctor`: whether this machine has what it needs, and the command for what it lacks.

use crate::{
    args::Role,
    browser,
    machine::{self, Wanted},
};
use serde::Serialize;
use std::{
    fmt,
    net::{IpAddr, TcpListener},
    path::Path,
    process::{Command, Stdio},
};

/// The host's port and the input daemon's, unless somebody chose others.
const HOST_PORT: u16 = 8000;
const DAEMON_PORT: u16 = 8137;
/// Where systems keep SDL2 when neither pkg-config nor the loader's cache knows.
const SDL2_PLACES: [&str; 4] = [
    "/opt/homebrew/lib/libSDL2-2.0.0.dylib",
    "/usr/local/lib/libSDL2-2.0.0.dylib",
    "/Library/Frameworks/SDL2.framework",
    "/usr/lib64/libSDL2-2.0.so.0",
];

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Whether nothing is missing.
    pub ok: bool,
    /// In the order in which they were looked at.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// How it is.
    pub found: String,
    /// What to do, when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

/// Looks at what this role needs.
pub fn examine(role: Role) -> Findings {
    let mut findings = vec![browser_found()];
    if role == Role::Host {
        findings.push(sdl2());
        findings.push(port("host port", HOST_PORT, "--port"));
        findings.push(port("pads port", DAEMON_PORT, "--input-url"));
        findings.push(lan());
        findings.push(tunnel());
    }
    findings.extend(wsl(role));
    Findings { ok: findings.iter().all(|finding| finding.action.is_none()), findings }
}

fn fine(what: &'static str, found: impl Into<String>) -> Finding {
    Finding { what, found: found.into(), action: None }
}

fn missing(what: &'static str, found: impl Into<String>, action: impl Into<String>) -> Finding {
    Finding { what, found: found.into(), action: Some(action.into()) }
}

fn browser_found() -> Finding {
    match browser::find() {
        Ok(path) => fine("browser", path.display().to_string()),
        Err(reason) => missing("browser", reason, install("a browser", Wanted::Browser)),
    }
}

fn install(what: &str, wanted: Wanted) -> String {
    let command = machine::install_command(wanted);
    if command.starts_with("https://") { format!("install {what} from {command}") } else { command }
}

fn sdl2() -> Finding {
    let answer = |program: &str, words: &[&str]| {
        let output = Command::new(program).args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if let Some(version) = answer("pkg-config", &["--modversion", "sdl2"]) {
        return fine("SDL2", version.trim());
    }
    let cached = ["ldconfig", "/sbin/ldconfig"].iter().find_map(|program| answer(program, &["-p"]));
    if cached.is_some_and(|list| list.contains("libSDL2-2.0.so")) {
        return fine("SDL2", "the library is there");
    }
    match SDL2_PLACES.iter().find(|place| Path::new(place).exists()) {
        Some(place) => fine("SDL2", *place),
        None => missing("SDL2", "not found: pads would be the browser's only", install("SDL2", Wanted::Sdl2)),
    }
}

fn port(what: &'static str, port: u16, flag: &str) -> Finding {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => fine(what, format!("{port} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => missing(
            what,
            format!("{port} is taken"),
            format!(
                "end what listens on port {port} (`{}` names it), or choose another with {flag}",
                who_listens(port)
            ),
        ),
        Err(error) => missing(what, format!("{port}: {error}"), format!("choose another port with {flag}")),
    }
}

fn who_listens(port: u16) -> String {
    if cfg!(target_os = "linux") {
        format!("ss -ltnp 'sport = :{port}'")
    } else {
        format!("lsof -nP -iTCP:{port} -sTCP:LISTEN")
    }
}

fn lan() -> Finding {
    let addresses: Vec<String> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .iter()
        .filter(|one| !one.is_loopback() && !one.is_link_local())
        .map(|one| one.ip())
        .filter(IpAddr::is_ipv4)
        .map(|ip| ip.to_string())
        .collect();
    if addresses.is_empty() {
        return missing(
            "network",
            "no address",
            "join a network: game makers on other machines could not reach the host",
        );
    }
    fine("network", addresses.join(", "))
}

/// Nobody needs one whose guests are all in the room.
fn tunnel() -> Finding {
    match ["cloudflared", "ngrok"].iter().find(|name| which::which(name).is_ok()) {
        Some(name) => fine("tunnel", *name),
        None => {
            fine("tunnel", format!("none; only for guests elsewhere: {}", machine::install_command(Wanted::Tunnel)))
        }
    }
}

fn wsl(role: Role) -> Option<Finding> {
    if !machine::is_wsl() {
        return None;
    }
    Some(match role {
        Role::VibeCoder => fine("WSL2", "yes; games are made and sent from here as on any Linux"),
        Role::Host => missing(
            "WSL2",
            "pads do not reach Linux inside Windows, and other machines do not reach its ports",
            "run the host in Windows itself, or attach the pads with `usbipd attach --wsl` and set networkingMode=mirrored in .wslconfig",
        ),
    })
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{:<12}{}", finding.what, finding.found)?;
        }
        for finding in &self.findings {
            if let Some(action) = &finding.action {
                writeln!(f, "ACTION_REQUIRED: {}: {action}", finding.what)?;
            }
        }
        if self.ok { writeln!(f, "READY") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_ready_or_one_line_for_each_missing_thing() {
        let ready = Findings { ok: true, findings: vec![fine("browser", "x")] };
        assert_eq!(ready.to_string().lines().last(), Some("READY"));
        let findings = vec![missing("a", "x", "do a"), fine("b", "x"), missing("c", "x", "do c")];
        let text = Findings { ok: false, findings }.to_string();
        let last: Vec<&str> = text.lines().skip(3).collect();
        assert_eq!(last, ["ACTION_REQUIRED: a: do a", "ACTION_REQUIRED: c: do c"]);
    }

    #[test]
    fn a_taken_port_is_named_with_the_command_that_finds_the_taker() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let number = taken.local_addr().expect("its address").port();
        let finding = port("host port", number, "--port");
        assert!(finding.action.is_some_and(|action| action.contains(&number.to_string())));
    }
}
