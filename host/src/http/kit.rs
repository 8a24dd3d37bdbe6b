//! What a coding agent needs to make a game, without a clone: docs, skills, template, types. As in [`super::assets`], the
//! files of the repository win while they are there; else the ones built into the program are served.

use super::{
    assets::{self, Assets, EmbeddedGames, EmbeddedSdk, Source},
    reply::Response,
};
use crate::error::Error;
use bytes::Bytes;
use hyper::{
    HeaderMap,
    header::{CONTENT_SECURITY_POLICY, HeaderValue},
};
use rust_embed::RustEmbed;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// SECURITY: texts for reading. Whoever opens one in a browser runs nothing, should a type ever be guessed wrongly.
const TEXT_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");
/// The file name of the template, under [`Part::Template`].
const TEMPLATE: &str = "_template.html";
/// Lies at the top of the repository, and is served among the documents.
const AGENTS: &str = "AGENTS.md";
/// The file name of the index, under [`Part::Index`].
const INDEX: &str = "llms.txt";

#[derive(RustEmbed)]
#[folder = "../skills"]
struct EmbeddedSkills;

#[derive(RustEmbed)]
#[folder = "../docs"]
#[include = "*.md"]
struct EmbeddedDocs;

/// [`AGENTS`].
static AGENTS_TEXT: &[u8] = include_bytes!("../../../AGENTS.md");

/// One part of the kit, each with an address of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `/llms.txt`: what there is, for whoever knows nothing but the host's address.
    Index,
    /// `/skills/*`
    Skills,
    /// `/docs/*`
    Docs,
    /// `/sdk/*`: the SDK and its types
    Sdk,
    /// `/template.html`: the shipped one, whatever lies in the games folder
    Template,
}

impl Part {
    /// The folder in the repository that this file of it lies in.
    fn folder(self, name: &str) -> &'static str {
        match self {
            Self::Docs if name == AGENTS => "",
            Self::Docs => "docs",
            Self::Index | Self::Skills => "skills",
            Self::Sdk => "sdk",
            Self::Template => "games",
        }
    }

    fn built_in(self, name: &str) -> Option<Source> {
        if self == Self::Docs && name == AGENTS {
            let mut hasher = DefaultHasher::new();
            AGENTS_TEXT.hash(&mut hasher);
            let etag = format!("\"{:x}\"", hasher.finish());
            return Some(Source::Memory { bytes: Bytes::from_static(AGENTS_TEXT), etag });
        }
        let file = match self {
            Self::Index | Self::Skills => EmbeddedSkills::get(name),
            Self::Docs => EmbeddedDocs::get(name),
            Self::Sdk => EmbeddedSdk::get(name),
            Self::Template => EmbeddedGames::get(name),
        };
        file.map(Source::built_in)
    }
}

/// The repository that `public` lies in, when it is one.
pub(super) fn repository(public: &Path) -> Option<PathBuf> {
    let root = public.parent()?.to_owned();
    let is_ours = root.join("skills").join(INDEX).is_file() && root.join("sdk/maribro-sdk.js").is_file();
    is_ours.then_some(root)
}

impl Assets {
    /// A file of the kit; `rest` is what stands behind the part's own address, still percent-encoded.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for what lies in the repository's folder and is not part of the kit; [`Error::Internal`].
    pub(super) async fn kit(&self, part: Part, rest: &str, request: &HeaderMap) -> Result<Response, Error> {
        let rest = match part {
            Part::Index => INDEX,
            Part::Template => TEMPLATE,
            _ => rest,
        };
        let segments = assets::segments(rest)?;
        let name = segments.join("/");
        // SECURITY: what is built in decides what there is; the repository's folders hold more than that.
        let built_in = part.built_in(&name).ok_or(Error::NotFound)?;
        let source = match &self.repository {
            Some(root) => assets::open(&root.join(part.folder(&name)), &segments).await?,
            None => built_in,
        };
        let mut response = assets::serve(source, &name, request).await?;
        if part == Part::Template {
            assets::put_under_game_policy(&mut response, None)?;
        } else {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, TEXT_POLICY);
        }
        Ok(response)
    }
}
