//! What a request must look like before anybody looks at what it asks for.
//!
//! hyper itself refuses: names with spaces, folded lines, a `Content-Length` that is no number or comes in two versions,
//! a `Transfer-Encoding` that does not end in `chunked` or comes in HTTP/1.0. Of `Transfer-Encoding` and
//! `Content-Length` together it takes the former, forgets the latter, and closes the connection afterwards, so that
//! nothing behind the body is taken for a request. What it lets through and a proxy in front might read otherwise, is
//! refused here.

use crate::error::Error;
use hyper::{
    Request, Version,
    header::{CONTENT_ENCODING, HOST},
};

/// Most bytes of a request's headers. Larger ones are no browser's and no agent's.
pub(super) const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Checks a request's shape.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::BadBody`], [`Error::UnsupportedMediaType`].
pub(super) fn check<B>(request: &Request<B>) -> Result<(), Error> {
    let headers = request.headers();
    let header_bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let line_bytes = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    if header_bytes + line_bytes > MAX_HEADER_BYTES {
        return Err(Error::TooLarge(format!("the headers are over {} KB", MAX_HEADER_BYTES / 1024)));
    }
    let mut hosts = headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(_), Some(_)) => return Err(Error::bad_body("a request has one Host header")),
        (None, _) if request.version() >= Version::HTTP_11 => {
            return Err(Error::bad_body("a request has a Host header"));
        }
        (host, _) => host,
    };
    // SECURITY: who is calling is decided by `Host`; a proxy may have gone by what stands in the request line.
    if let Some(authority) = request.uri().authority() {
        let same =
            |host: &hyper::header::HeaderValue| host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes());
        if !host.is_some_and(same) {
            return Err(Error::bad_body("the request line names another host than the Host header"));
        }
    }
    if headers.get_all(CONTENT_ENCODING).iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Error::UnsupportedMediaType("send the body as it is: compressed ones are not taken".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(uri: &str, headers: &[(&str, &str)]) -> Result<(), &'static str> {
        let request = headers.iter().fold(Request::get(uri), |request, (name, value)| request.header(*name, *value));
        check(&request.body(()).unwrap()).map_err(|error| error.code())
    }

    #[test]
    fn what_two_readers_may_read_differently_is_refused() {
        assert_eq!(code("/", &[("host", "a")]), Ok(()));
        assert_eq!(code("/", &[]), Err("bad_body"));
        assert_eq!(code("/", &[("host", "a"), ("host", "a")]), Err("bad_body"));
        assert_eq!(code("http://a/", &[("host", "a")]), Ok(()));
        assert_eq!(code("http://localhost/", &[("host", "a")]), Err("bad_body"));
        assert_eq!(code("/", &[("host", "a"), ("content-encoding", "gzip")]), Err("unsupported_media_type"));
        assert_eq!(code("/", &[("host", "a"), ("content-encoding", "identity")]), Ok(()));
        assert_eq!(code("/", &[("host", "a"), ("x", &"x".repeat(MAX_HEADER_BYTES))]), Err("too_large"));
    }
}
