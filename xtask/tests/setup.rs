//! What `cargo xtask test` does on a machine without a browser and SDL2, with a stand-in for its package manager.
//!
//! Linux only: a Mac's applications are found wherever `PATH` points.
#![cfg(target_os = "linux")]

mod stand_in;

use stand_in::{workspace, write_program};
use std::path::Path;
use std::process::{Command, Output};

/// Fails as often as `failures` says, then installs a Chromium and a pkg-config beside itself.
const APT: &str = r#"#!/bin/sh
here=${0%/*}
echo "$DEBIAN_FRONTEND $*" >> "$here/../apt.log"
[ "$1" = install ] || exit 0
read -r failures < "$here/../failures"
if [ "$failures" -gt 0 ]; then echo $((failures - 1)) > "$here/../failures"; exit 100; fi
for name in chromium pkg-config; do
  printf '#!/bin/sh\nexit 0\n' > "$here/$name"
  /bin/chmod +x "$here/$name"
done
"#;
/// Does what it is told, as anybody.
const SUDO: &str = "#!/bin/sh\nshift\nexec \"$@\"\n";

struct Run {
    succeeded: bool,
    stdout: String,
    stderr: String,
    apt: Vec<String>,
}

/// Runs `test --only rust`, which wants a browser and SDL2, on a machine with these programs alone.
fn run(programs: &[(&str, &str)], failures: u32) -> Run {
    let root = workspace("#!/bin/sh\n");
    let bin = root.path().join("bin");
    std::fs::create_dir(&bin).expect("a folder");
    std::fs::write(root.path().join("failures"), format!("{failures}\n")).expect("a file");
    for (name, text) in programs {
        write_program(&bin.join(name), text);
    }
    let env =
        ["/usr/bin/env", "/bin/env"].into_iter().find(|path| Path::new(path).exists()).expect("env is everywhere");
    std::os::unix::fs::symlink(env, bin.join("env")).expect("a link");
    // What sudo is asked to run, to see whether it may.
    write_program(&bin.join("true"), "#!/bin/sh\nexit 0\n");
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["test", "--only", "rust"])
        .env("CARGO", root.path().join("cargo"))
        .env("CARGO_MANIFEST_DIR", root.path().join("xtask"))
        .env("PATH", &bin)
        .env("HOME", root.path())
        .env_remove("MARIBRO_CHROMIUM")
        .output()
        .expect("xtask runs");
    let apt = std::fs::read_to_string(root.path().join("apt.log")).unwrap_or_default();
    Run {
        succeeded: status.success(),
        stdout: String::from_utf8(stdout).expect("text"),
        stderr: String::from_utf8(stderr).expect("text"),
        apt: apt.lines().map(str::to_owned).collect(),
    }
}

const UPDATE: &str = "noninteractive update";

fn is_install(line: &str) -> bool {
    line == "noninteractive install --yes --no-install-recommends libsdl2-dev pkg-config chromium"
}

#[test]
fn what_is_missing_is_named_and_installed() {
    let run = run(&[("apt-get", APT), ("sudo", SUDO)], 0);
    assert!(run.succeeded, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("missing and will be installed now"), "{}", run.stdout);
    assert!(
        matches!(run.apt.as_slice(), [update, install] if update == UPDATE && is_install(install)),
        "{:?}",
        run.apt
    );
    assert_eq!(run.stdout.lines().last(), Some("1 passed, 0 failed"));
}

#[test]
fn an_installation_that_fails_once_is_tried_again() {
    let run = run(&[("apt-get", APT), ("sudo", SUDO)], 1);
    assert!(run.succeeded, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.apt.len(), 4, "{:?}", run.apt);
}

#[test]
fn where_nothing_can_be_installed_one_line_says_what_to_install() {
    for programs in [&[][..], &[("apt-get", APT), ("sudo", SUDO)][..]] {
        let run = run(programs, 2);
        assert!(!run.succeeded);
        let errors: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{}", run.stderr);
        assert!(errors[0].contains("please install SDL2's headers"), "{errors:?}");
        assert!(errors[0].contains("and Chromium"), "{errors:?}");
        assert!(!run.stdout.contains("passed"), "{}", run.stdout);
    }
}
