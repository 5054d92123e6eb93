//! Connections: how many there are, how slow they may be, and how they end.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::patient::Patient;

/// The most connections at once; more wait to be accepted.
const MOST: usize = 1_024;
/// How long the head of a request may take to come, and how long a connection may be idle.
pub(super) const IDLE: Duration = Duration::from_secs(30);
/// How long nothing is accepted where it failed: for want of descriptors, for instance.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until the process is told to end, and gives those that are open then; nobody
/// is accepted any more.
pub(super) async fn serve(listener: TcpListener, app: Router, told: impl Future<Output = ()>) -> GracefulShutdown {
    let (places, open) = (Arc::new(Semaphore::new(MOST)), GracefulShutdown::new());
    let mut http = Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(IDLE);
    let mut told = pin!(told);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! { next = next => next, () = &mut told => return open };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "nobody is accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // An answer is short and waited for.
        let _ = stream.set_nodelay(true);
        let connection =
            http.serve_connection(TokioIo::new(Patient::new(stream)), TowerToHyperService::new(app.clone()));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // A caller that breaks off is its own business.
            let _ = connection.await;
        });
    }
}
