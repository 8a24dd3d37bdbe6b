//! The scripts of the skill `host-server`: a party that outlives the shell that started it. The tunnel is a stand-in that
//! prints what `cloudflared` prints; the real one needs the internet.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What the stand-in says its address is.
const TUNNEL: &str = "https://four-friends-one-couch.trycloudflare.com";

/// A folder of its own for one session of the scripts; ended with the test, whatever became of it.
struct Session {
    folder: tempfile::TempDir,
}

impl Session {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("programs");
        fs::create_dir(&programs).unwrap();
        let stand_in = format!(
            "#!/bin/sh\n[ \"$1 $2\" = 'tunnel --no-autoupdate' ] || exit 2\n\
             echo 'INF Requesting new quick Tunnel on trycloudflare.com...' >&2\n\
             echo 'INF |  {TUNNEL}  |' >&2\ntrap 'kill $!' TERM\nsleep 600 &\nwait\n"
        );
        let cloudflared = programs.join("cloudflared");
        fs::write(&cloudflared, stand_in).unwrap();
        fs::set_permissions(&cloudflared, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn script(&self, name: &str, args: &[&str]) -> Output {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        Command::new("bash")
            .arg(top.join("skills/host-server/scripts").join(name))
            .args(args)
            // Wherever it is called from.
            .current_dir(self.folder.path())
            .env("MARIBRO_HOST_BIN", env!("CARGO_BIN_EXE_maribro-host"))
            .env("MARIBRO_RUN_DIR", self.path("run"))
            .env("PATH", format!("{}:{path}", self.path("programs").display()))
            .output()
            .unwrap()
    }

    /// Starts a party on a free port.
    fn start(&self, first: &[&str]) -> Output {
        let (games, data) = (self.path("games").display().to_string(), self.path("data").display().to_string());
        let flags = [
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--no-open",
            "--no-input",
            "--games-dir",
            &games,
            "--data-dir",
            &data,
        ];
        self.script("start.sh", &[first, &flags].concat())
    }

    fn pid(&self, name: &str) -> String {
        fs::read_to_string(self.path("run").join(name)).unwrap().trim().to_owned()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.script("stop.sh", &["--yes"]);
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_party_outlives_its_shell_and_restarts_without_losing_its_tunnel() {
    let session = Session::new();
    let started = session.start(&["--tunnel", "cloudflared"]);
    assert!(started.status.success(), "{}", said(&started));
    assert!(said(&started).contains("Lobby: http://localhost:"), "{}", said(&started));
    assert!(said(&started).contains(&format!("Join:  {TUNNEL}/")), "the lobby shows it: {}", said(&started));
    assert!(!said(&started).contains("?key="), "the host's key is for nobody else");

    let twice = session.start(&[]);
    assert!(!twice.status.success() && said(&twice).contains("runs already"), "{}", said(&twice));

    let (host, tunnel) = (session.pid("host.pid"), session.pid("tunnel.pid"));
    let restarted = session.script("restart.sh", &[]);
    assert!(restarted.status.success() && said(&restarted).contains(TUNNEL), "{}", said(&restarted));
    assert_ne!(session.pid("host.pid"), host);
    assert_eq!(session.pid("tunnel.pid"), tunnel);

    // Nobody looks on, and the stand-in's address leads nowhere.
    let looked = session.script("debug.sh", &[]);
    let words = said(&looked);
    assert!(!looked.status.success() && !words.contains("READY"), "{words}");
    assert!(words.contains("ACTION_REQUIRED: no big screen is connected"), "{words}");

    let asked = session.script("stop.sh", &[]);
    assert!(!asked.status.success() && said(&asked).contains("Would end the host"), "{}", said(&asked));
    let stopped = session.script("stop.sh", &["--yes"]);
    assert!(stopped.status.success() && said(&stopped).contains("the tunnel"), "{}", said(&stopped));
    let looked = said(&session.script("debug.sh", &[]));
    assert!(looked.contains("ACTION_REQUIRED: the host does not run"), "{looked}");
    assert!(said(&session.script("stop.sh", &["--yes"])).contains("Nothing runs."));
}

#[test]
fn a_start_that_fails_says_why() {
    let session = Session::new();
    fs::write(session.path("data"), "a file").unwrap();
    let failed = session.start(&[]);
    let words = said(&failed);
    assert!(
        !failed.status.success() && words.contains("the data folder") && words.contains("cannot be used"),
        "{words}"
    );
    let unknown = session.start(&["--tunnel", "sshuttle"]);
    assert!(!unknown.status.success() && said(&unknown).contains("cloudflared and ngrok"), "{}", said(&unknown));
    let missing = session.start(&["--tunnel", "ngrok"]);
    assert!(!missing.status.success() && said(&missing).contains("ngrok is not installed"), "{}", said(&missing));
}
