//! An upload's form.
//!
//! The first byte says how long the pieces are in which the rest arrives, 0 for all at once.

use bytes::Bytes;
use hyper::{
    Request,
    body::{Body, Frame},
    header::CONTENT_TYPE,
};
use maribro_contract::filename::validate_filename;
use maribro_host::{
    error::Error,
    http::{
        limits::Limits,
        multipart::{Form, read},
    },
};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

/// Any bytes are a form or one of the refusals, and the same form in whatever pieces they arrive.
///
/// # Panics
/// A promise is broken.
pub fn multipart(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else { return };
    let whole = read_in(body, usize::MAX);
    check(&whole);
    if *first > 0 {
        let pieces = read_in(body, usize::from(*first));
        check(&pieces);
        assert_eq!(whole.ok(), pieces.ok());
    }
}

fn check(read: &Result<Form, Error>) {
    match read {
        Ok(form) => match &form.filename {
            Ok(name) => assert_eq!(validate_filename(name), Ok(name.as_str())),
            Err(error) => assert_eq!(error.code(), "bad_filename"),
        },
        Err(error) => assert!(matches!(error.code(), "bad_body" | "too_large"), "{error:?}"),
    }
}

fn read_in(body: &[u8], length: usize) -> Result<Form, Error> {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    }
    let pieces: Vec<_> = body.chunks(length).map(Bytes::copy_from_slice).collect();
    let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    let request = request.body(Pieces { rest: pieces.into_iter(), waits: true }).expect("a request");
    RUNTIME.with(|runtime| runtime.block_on(read(&Limits::default(), request)))
}

/// A body in pieces, each after a wait.
struct Pieces {
    rest: std::vec::IntoIter<Bytes>,
    waits: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.waits = !self.waits;
        if self.waits {
            return Poll::Ready(self.rest.next().map(|piece| Ok(Frame::data(piece))));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
