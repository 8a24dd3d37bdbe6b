//! The baseline: a bare hyper server that answers everything with the same bytes.
//!
//! It runs as a process of its own, on the same kind of runtime as the host, and says its address in the same words.

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

/// Serves until the process is ended.
///
/// # Errors
/// The socket cannot be had or breaks.
pub(crate) fn run(body_bytes: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(serve(Bytes::from(vec![b'h'; body_bytes])))
}

async fn serve(body: Bytes) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("binding")?;
    let address = listener.local_addr().context("reading the address")?;
    println!("{}http://localhost:{}/", crate::server::ADDRESS_LINE, address.port());
    loop {
        let (socket, _) = listener.accept().await.context("accepting")?;
        socket.set_nodelay(true).context("setting the socket up")?;
        let body = body.clone();
        tokio::spawn(async move {
            let service = service_fn(move |_| std::future::ready(answer(body.clone())));
            // A client that goes away in the middle is no trouble of the baseline's.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

fn answer(body: Bytes) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    Ok(response)
}
