//! The machine's own package manager, and what each calls the things that are needed.

use super::Need;
use crate::process::{Supervisor, say};
use anyhow::{Result, bail};
use std::io::IsTerminal;
use std::process::Command;

/// A package manager that xtask knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manager {
    /// Debian and its descendants. `ubuntu`: Chromium has another name there.
    Apt { ubuntu: bool },
    /// Fedora and its relatives.
    Dnf,
    /// Arch Linux.
    Pacman,
    /// openSUSE.
    Zypper,
    /// macOS.
    Brew,
}

impl Manager {
    /// The first one found.
    ///
    /// # Errors
    /// None is known here.
    pub(super) fn of_this_machine() -> Result<Self> {
        let is_there = |program: &str| which::which(program).is_ok();
        let known = [
            ("apt-get", Self::Apt { ubuntu: is_ubuntu(&os_release()) }),
            ("dnf", Self::Dnf),
            ("pacman", Self::Pacman),
            ("zypper", Self::Zypper),
            ("brew", Self::Brew),
        ];
        match known.into_iter().find(|(program, _)| is_there(program)) {
            Some((_, manager)) => Ok(manager),
            None => bail!("no package manager that xtask knows (apt-get, dnf, pacman, zypper, brew) is here"),
        }
    }

    /// What a command must begin with to be allowed to install: nothing, or sudo.
    ///
    /// # Errors
    /// This user cannot install packages here.
    pub(super) fn privileges(self, supervisor: &Supervisor) -> Result<Vec<&'static str>> {
        // Homebrew refuses root, the others need it.
        if self == Self::Brew || rustix::process::geteuid().is_root() {
            return Ok(Vec::new());
        }
        if which::which("sudo").is_err() {
            bail!("installing packages needs root, and there is no sudo");
        }
        if !supervisor.probe(Command::new("sudo").args(["-n", "true"]))? {
            if !std::io::stdin().is_terminal() {
                bail!("installing packages needs root, and sudo would ask for a password");
            }
            // Asked for in the foreground, where sudo may read from the terminal; the commands then run with `sudo -n`.
            say("Setup: packages are missing; sudo may ask for your password.");
            if !Command::new("sudo").arg("-v").status()?.success() {
                bail!("installing packages needs root, and sudo refused");
            }
        }
        Ok(vec!["sudo", "-n"])
    }

    /// The commands that install what is needed.
    pub(super) fn commands(self, prefix: &[&str], needs: &[Need]) -> Vec<Command> {
        let words: &[&[&str]] = match self {
            // As words of the command, because sudo passes no environment on.
            Self::Apt { .. } => &[
                &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update"],
                &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--no-install-recommends"],
            ],
            Self::Dnf => &[&["dnf", "install", "--assumeyes", "--setopt=install_weak_deps=False"]],
            Self::Pacman => &[&["pacman", "--sync", "--needed", "--noconfirm"]],
            Self::Zypper => &[&["zypper", "--non-interactive", "install", "--no-recommends"]],
            Self::Brew => &[&["brew", "install"]],
        };
        let packages = needs.iter().flat_map(|need| self.packages(*need).iter().copied());
        let mut commands: Vec<Vec<&str>> = words.iter().map(|words| [prefix, words].concat()).collect();
        if let Some(install) = commands.last_mut() {
            install.extend(packages);
        }
        commands.iter().filter_map(|words| command(words)).collect()
    }

    fn packages(self, need: Need) -> &'static [&'static str] {
        match (self, need) {
            (Self::Apt { .. }, Need::Sdl2) => &["libsdl2-dev", "pkg-config"],
            // By what they provide: newer releases have sdl2-compat in the place of SDL2.
            (Self::Dnf | Self::Zypper, Need::Sdl2) => &["pkgconfig(sdl2)", "pkgconf-pkg-config"],
            (Self::Pacman, Need::Sdl2) => &["sdl2-compat", "pkgconf"],
            (Self::Brew, Need::Sdl2) => &["sdl2", "pkgconf"],
            (Self::Apt { ubuntu: true }, Need::Chromium) => &["chromium-browser"],
            (Self::Brew, Need::Chromium) => &["google-chrome"],
            (_, Need::Chromium) => &["chromium"],
        }
    }
}

fn command(words: &[&str]) -> Option<Command> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments);
    Some(command)
}

/// Empty where there is none, as on macOS.
fn os_release() -> String {
    std::fs::read_to_string("/etc/os-release").unwrap_or_default()
}

fn is_ubuntu(os_release: &str) -> bool {
    os_release.lines().any(|line| line.strip_prefix("ID=").is_some_and(|id| id.trim_matches('"') == "ubuntu"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::shown;

    fn shown_commands(manager: Manager, prefix: &[&str], needs: &[Need]) -> Vec<String> {
        manager.commands(prefix, needs).iter().map(shown).collect()
    }

    #[test]
    fn apt_updates_first_and_installs_all_at_once() {
        let commands = shown_commands(Manager::Apt { ubuntu: false }, &["sudo", "-n"], &[Need::Chromium, Need::Sdl2]);
        assert_eq!(
            commands,
            [
                "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get update",
                "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
                 chromium libsdl2-dev pkg-config",
            ]
        );
    }

    #[test]
    fn homebrew_is_called_without_sudo() {
        assert_eq!(shown_commands(Manager::Brew, &[], &[Need::Sdl2]), ["brew install sdl2 pkgconf"]);
    }

    #[test]
    fn ubuntu_is_told_from_debian() {
        assert!(is_ubuntu("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_ubuntu("NAME=\"Debian\"\nID=debian\n"));
        assert!(!is_ubuntu("ID=mint\nID_LIKE=\"ubuntu debian\"\n"));
    }
}
