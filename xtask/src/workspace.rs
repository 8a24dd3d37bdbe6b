//! Where the project is, and what cargo builds in it.

use crate::process::Supervisor;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Package and program of the host.
pub(crate) const HOST: &str = "maribro-host";
/// Package and program of the input daemon.
pub(crate) const DAEMON: &str = "maribro-input";

/// The checkout that xtask works on.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace that this xtask belongs to.
    ///
    /// # Errors
    /// The folder above xtask is no workspace.
    pub(crate) fn find() -> Result<Self> {
        // Cargo tells the place at run time; the one from build time may have been moved since.
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = xtask.parent().context("xtask has no folder above it")?.to_path_buf();
        if !root.join("Cargo.toml").is_file() {
            bail!("{} is no workspace: call xtask as `cargo xtask`", root.display());
        }
        Ok(Self { root })
    }

    /// The top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A command that runs in the top folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that called xtask, in the top folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        command.current_dir(&self.root);
        command
    }

    /// Runs a cargo command that builds and gives its programs by name, wherever the target folder is.
    ///
    /// # Errors
    /// The build fails or is interrupted.
    pub(crate) fn build(&self, supervisor: &Supervisor, cargo: &mut Command) -> Result<Programs> {
        let messages = supervisor.output_of(cargo.arg("--message-format=json-render-diagnostics"))?;
        Programs::in_messages(&messages)
    }

    /// Builds these packages as the party runs them.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub(crate) fn build_party(&self, supervisor: &Supervisor, packages: &[&str]) -> Result<Programs> {
        let mut cargo = self.cargo();
        cargo.args(["build", "--release", "--locked"]);
        cargo.args(packages.iter().flat_map(|package| ["--package", package]));
        self.build(supervisor, &mut cargo)
    }
}

/// Programs that one build made, by name.
#[derive(Debug)]
pub(crate) struct Programs(BTreeMap<String, PathBuf>);

impl Programs {
    /// The path of a program.
    ///
    /// # Errors
    /// The build did not make it.
    pub(crate) fn path(&self, name: &str) -> Result<&Path> {
        self.0.get(name).map(PathBuf::as_path).with_context(|| format!("the build made no program {name}"))
    }

    fn in_messages(messages: &[u8]) -> Result<Self> {
        let mut programs = BTreeMap::new();
        for line in messages.split(|byte| *byte == b'\n') {
            // Tests that cargo runs may print to the same stream.
            if !line.starts_with(b"{") {
                continue;
            }
            let message: Value = serde_json::from_slice(line).context("reading cargo's messages")?;
            let is_test = message["profile"]["test"].as_bool() == Some(true);
            let is_program = message["target"]["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|k| k == "bin"));
            if let (Some(path), Some(name)) = (message["executable"].as_str(), message["target"]["name"].as_str())
                && is_program
                && !is_test
            {
                programs.insert(name.to_owned(), PathBuf::from(path));
            }
        }
        Ok(Self(programs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_and_test_harnesses_are_not() {
        let messages = br#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"maribro_host"},"profile":{"test":false},"executable":null}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"maribro-host"},"profile":{"test":true},"executable":"/t/deps/maribro_host-1"}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"maribro-host"},"profile":{"test":false},"executable":"/t/release/maribro-host"}
{"reason":"build-finished","success":true}
"#;
        let programs = Programs::in_messages(messages).expect("cargo's messages are read");
        assert_eq!(programs.path(HOST).expect("the host is there"), Path::new("/t/release/maribro-host"));
        assert!(programs.path(DAEMON).is_err());
    }
}
