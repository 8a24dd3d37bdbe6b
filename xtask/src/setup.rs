//! Provides what a command needs from outside: system packages, Node's packages.
//!
//! Says first what will be installed and with which command. Uses the machine's own package manager, and sudo only when
//! not root. Where that can't be done it fails with one line that says what to install.

mod packages;

use crate::process::{Supervisor, say, shown};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use packages::Manager;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Oldest SDL2 with virtual pads of a given type, which the daemon's tests stand on.
const SDL2_AT_LEAST: &str = "2.24.0";
/// Oldest Node that the tools run on, as package.json says too.
const NODE_AT_LEAST: u32 = 20;
/// Programs that are Chromium or as good as it, in the order in which they are tried.
const CHROMIUM_PROGRAMS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// The same as macOS applications, in `/Applications` or the user's own.
const CHROMIUM_APPLICATIONS: &[&str] = &[
    "Applications/Chromium.app/Contents/MacOS/Chromium",
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Something that xtask can install.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// SDL2's headers, and pkg-config that finds them.
    Sdl2,
    /// A browser for the tests.
    Chromium,
}

impl Need {
    fn is_met(self, supervisor: &Supervisor) -> Result<bool> {
        match self {
            Self::Sdl2 => {
                let version = format!("--atleast-version={SDL2_AT_LEAST}");
                supervisor.probe(Command::new("pkg-config").args([version.as_str(), "sdl2"]))
            }
            Self::Chromium => Ok(find_chromium(supervisor)?.is_some()),
        }
    }

    fn described(self) -> String {
        match self {
            Self::Sdl2 => format!("SDL2's headers ({SDL2_AT_LEAST} or newer) with pkg-config"),
            Self::Chromium => "Chromium (or set MARIBRO_CHROMIUM to the path of one)".to_owned(),
        }
    }
}

/// Installs those of the needs that are missing.
///
/// # Errors
/// Something cannot be installed; the text says in one line what to install.
pub(crate) fn provide(supervisor: &Supervisor, needs: &[Need]) -> Result<()> {
    let missing = unmet(supervisor, needs)?;
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = || {
        let names: Vec<String> = missing.iter().map(|need| need.described()).collect();
        format!("please install {}, then try again", names.join(" and "))
    };
    let manager = Manager::of_this_machine().with_context(by_hand)?;
    let prefix = manager.privileges(supervisor).with_context(by_hand)?;
    let commands = manager.commands(&prefix, &missing);
    say("Setup: these are missing and will be installed now:");
    for need in &missing {
        say(format_args!("  - {}", need.described()));
    }
    say("with:");
    for command in &commands {
        say(format_args!("  {}", shown(command)));
    }
    let install =
        || manager.commands(&prefix, &missing).iter_mut().try_for_each(|command| supervisor.run_tool(command));
    if let Err(error) = install() {
        if error.is::<crate::process::Interrupted>() {
            return Err(error);
        }
        // Package mirrors fail now and then; a real trouble fails twice.
        say(format_args!("{error:#}; once more"));
        install().with_context(by_hand)?;
    }
    let still_missing = unmet(supervisor, &missing)?;
    if !still_missing.is_empty() {
        return Err(anyhow::anyhow!("the packages were installed but do not serve").context(by_hand()));
    }
    Ok(())
}

fn unmet(supervisor: &Supervisor, needs: &[Need]) -> Result<Vec<Need>> {
    let mut missing = Vec::new();
    for need in needs {
        if !need.is_met(supervisor)? {
            missing.push(*need);
        }
    }
    Ok(missing)
}

/// The path of a Chromium that starts: the one that `MARIBRO_CHROMIUM` names, else the first one found.
///
/// # Errors
/// `MARIBRO_CHROMIUM` names none, or xtask was told to stop.
pub(crate) fn find_chromium(supervisor: &Supervisor) -> Result<Option<PathBuf>> {
    // Being there is not enough: Ubuntu's /usr/bin/chromium-browser may be a script that only asks for a snap.
    let starts = |path: &Path| supervisor.probe(Command::new(path).arg("--version"));
    if let Some(path) = std::env::var_os("MARIBRO_CHROMIUM").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        if !starts(&path)? {
            bail!("MARIBRO_CHROMIUM is {}, which does not start", path.display());
        }
        return Ok(Some(path));
    }
    let programs = CHROMIUM_PROGRAMS.iter().filter_map(|name| which::which(name).ok());
    let homes = [Some(PathBuf::from("/")), std::env::home_dir()];
    let applications = homes.iter().flatten().flat_map(|home| CHROMIUM_APPLICATIONS.iter().map(|app| home.join(app)));
    for path in programs.chain(applications) {
        if starts(&path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Checks that Node is there and new enough; it is never installed.
///
/// # Errors
/// It is missing or too old.
pub(crate) fn require_node(supervisor: &Supervisor) -> Result<()> {
    let wanted = format!("please install Node {NODE_AT_LEAST} or newer with npm, then try again");
    if which::which("node").is_err() || which::which("npm").is_err() || which::which("npx").is_err() {
        bail!("node, npm or npx is missing: {wanted}");
    }
    let version = String::from_utf8(supervisor.output_of(Command::new("node").arg("--version"))?)?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE_AT_LEAST => Ok(()),
        _ => bail!("this Node is {}: {wanted}", version.trim()),
    }
}

/// Installs Node's packages, unless `node_modules` is already what `package-lock.json` says.
///
/// # Errors
/// A file cannot be read, or `npm ci` fails twice.
pub(crate) fn provide_node_packages(workspace: &Workspace, supervisor: &Supervisor) -> Result<()> {
    if node_packages_in_step(workspace.root())? {
        return Ok(());
    }
    let npm = || {
        let mut npm = workspace.command("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]);
        npm
    };
    say(format_args!(
        "Setup: the development tools of package.json are missing or old; installing with: {}",
        shown(&npm())
    ));
    match supervisor.run_tool(&mut npm()) {
        Err(error) if !error.is::<crate::process::Interrupted>() => {
            say(format_args!("{error:#}; once more"));
            supervisor.run_tool(&mut npm())
        }
        result => result,
    }
}

fn node_packages_in_step(root: &Path) -> Result<bool> {
    let installed = root.join("node_modules/.package-lock.json");
    if !installed.is_file() {
        return Ok(false);
    }
    let wanted = locked_packages(&root.join("package-lock.json"))?;
    let installed = locked_packages(&installed)?;
    let same = |name: &String, package: &Value| {
        wanted.get(name).is_some_and(|want| ["version", "integrity"].iter().all(|key| want[key] == package[key]))
    };
    let nothing_else = installed.iter().all(|(name, package)| same(name, package) && root.join(name).is_dir());
    // Packages for other platforms are in the lock file and never installed here.
    let nothing_missing =
        wanted.iter().all(|(name, package)| installed.contains_key(name) || package["optional"] == Value::Bool(true));
    Ok(nothing_else && nothing_missing)
}

/// The packages of a lock file by folder, without the project itself.
fn locked_packages(path: &Path) -> Result<Map<String, Value>> {
    let read = || -> Result<Map<String, Value>> {
        let mut lock: Value = serde_json::from_slice(&std::fs::read(path)?)?;
        let Value::Object(mut packages) = lock["packages"].take() else { bail!("it has no packages") };
        packages.remove("");
        Ok(packages)
    };
    read().with_context(|| format!("reading {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(lock: &str, installed: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(root.path().join("node_modules/a")).expect("a package");
        std::fs::write(root.path().join("package-lock.json"), lock).expect("the lock file");
        std::fs::write(root.path().join("node_modules/.package-lock.json"), installed).expect("npm's own lock file");
        root
    }

    const LOCK: &str = r#"{"packages": {"": {"name": "x"},
        "node_modules/a": {"version": "1.0.0", "integrity": "i"},
        "node_modules/mac-only": {"version": "1.0.0", "optional": true}}}"#;

    #[test]
    fn installed_packages_are_not_installed_again() {
        let root = project(LOCK, r#"{"packages": {"node_modules/a": {"version": "1.0.0", "integrity": "i"}}}"#);
        assert!(node_packages_in_step(root.path()).expect("both are read"));
    }

    #[test]
    fn another_version_a_missing_or_a_left_over_package_asks_for_an_installation() {
        for installed in [
            r#"{"packages": {"node_modules/a": {"version": "1.0.1", "integrity": "j"}}}"#,
            r#"{"packages": {}}"#,
            r#"{"packages": {"node_modules/a": {"version": "1.0.0", "integrity": "i"}, "node_modules/b": {}}}"#,
        ] {
            let root = project(LOCK, installed);
            assert!(!node_packages_in_step(root.path()).expect("both are read"), "{installed}");
        }
    }

    #[test]
    fn a_lock_file_that_cannot_be_read_is_named() {
        let root = project("{", r#"{"packages": {}}"#);
        let error = node_packages_in_step(root.path()).expect_err("it is cut off");
        assert!(error.to_string().contains("package-lock.json"), "{error}");
    }
}
