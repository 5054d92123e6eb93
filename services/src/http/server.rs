//! What every service serves beside its own: health and numbers; and how it ends.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, MatchedPath, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use selfsame::host::Folder;
use selfsame::published::Source;
use tokio::net::TcpListener;

use super::Metrics;
use crate::config::Config;
use crate::error::{Context, Result, with_causes};
use crate::wire::CBOR;

/// The most bytes of a request, where a route says nothing else: a call of the greatest request and
/// presentation.
const MOST: usize = 1 << 20;

/// A refusal, with a text for who operates the caller. It says nothing that the caller does not
/// know or may not.
#[derive(Debug)]
pub struct Refusal(StatusCode, String);

impl Refusal {
    /// 400: the bytes are not what the route takes.
    pub fn malformed(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(StatusCode::BAD_REQUEST, with_causes(&*why.into()))
    }

    /// 401: another caller than those that may.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self(StatusCode::UNAUTHORIZED, "who calls is not known here".to_owned())
    }

    /// 404.
    #[must_use]
    pub fn absent() -> Self {
        Self(StatusCode::NOT_FOUND, "there is no such thing".to_owned())
    }

    /// 409: a rule of the protocol forbids it.
    pub fn refused(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(StatusCode::CONFLICT, with_causes(&*why.into()))
    }

    /// 503: it may be asked again.
    pub fn not_now(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, with_causes(&*why.into()))
    }

    /// 500: somebody has to look. The caller is not told what it is.
    pub fn broken(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        tracing::error!(why = with_causes(&*why.into()), "a request failed");
        Self(StatusCode::INTERNAL_SERVER_ERROR, "the service failed".to_owned())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.as_u16(), self.1)
    }
}

impl std::error::Error for Refusal {}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, [(CONTENT_TYPE, "text/plain; charset=utf-8")], self.1).into_response()
    }
}

/// What a handler answers.
pub type Reply = Result<Response, Refusal>;

/// An answer of canonical bytes. It may be confidential, so nobody keeps it.
///
/// # Errors
/// None: it is what a handler ends with.
#[allow(clippy::unnecessary_wraps, reason = "every handler ends with it")]
pub fn cbor(bytes: impl Into<Bytes>) -> Reply {
    let headers = [(CONTENT_TYPE, CBOR), (CACHE_CONTROL, "no-store")];
    Ok((headers, bytes.into()).into_response())
}

/// An answer for who operates the caller.
///
/// # Errors
/// None: it is what a handler ends with.
#[allow(clippy::unnecessary_wraps, reason = "every handler ends with it")]
pub fn text(text: impl Into<String>) -> Reply {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    Ok((headers, text.into()).into_response())
}

/// A service that is about to be served.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    role: &'static str,
    health: Arc<Health>,
    public: Option<PathBuf>,
}

/// What a service says of itself.
#[derive(Debug)]
pub struct Health {
    ready: AtomicBool,
    /// What it counts.
    pub metrics: Metrics,
}

impl Health {
    /// From now on the service does what it is for.
    pub fn is_ready(&self) {
        self.ready.store(true, Ordering::Relaxed);
    }
}

/// A service's health outside of a server: for tests.
#[must_use]
pub fn health() -> Arc<Health> {
    Arc::new(Health { ready: AtomicBool::new(false), metrics: Metrics::new() })
}

impl Server {
    /// Listens where the configuration says.
    ///
    /// # Errors
    /// If it says nothing, or the port is taken.
    pub async fn bind(config: &Config, role: &'static str) -> Result<Self> {
        let public = if config.optional("public")?.is_some() { Some(config.path("public")?) } else { None };
        Ok(Self { public, ..Self::bind_to(config.one("listen")?, role).await? })
    }

    /// Listens here.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn bind_to(address: &str, role: &'static str) -> Result<Self> {
        let listener = TcpListener::bind(address).await.context(format!("listening on {address}"))?;
        Ok(Self { listener, role, health: health(), public: None })
    }

    /// What it says of itself.
    #[must_use]
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Serves these routes, health and numbers, and what is published, until the process is told to
    /// end (SIGTERM, SIGINT); requests that are being answered are answered.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn serve(mut self, routes: Router) -> Result<()> {
        let own = Router::new()
            .route("/health", get(say_health))
            .route("/metrics", get(say_metrics))
            .with_state(Arc::clone(&self.health));
        let mut app = routes.merge(own);
        if let Some(folder) = self.public.take() {
            app = app.merge(Router::new().route("/public/{*path}", get(published)).with_state(Arc::new(folder)));
        }
        self.serve_only(app).await
    }

    /// Serves these routes and nothing else.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn serve_only(self, routes: Router) -> Result<()> {
        let measured = from_fn_with_state(Arc::clone(&self.health), measured);
        let app = routes.layer(measured).layer(DefaultBodyLimit::max(MOST));
        let address = self.listener.local_addr().context("an address")?;
        tracing::info!(role = self.role, %address, "serving");
        // An answer is short and waited for.
        let listener = self.listener.tap_io(|stream| stream.set_nodelay(true).unwrap_or_default());
        axum::serve(listener, app).with_graceful_shutdown(told_to_end()).await.context("serving")?;
        tracing::info!(role = self.role, "ended");
        Ok(())
    }
}

async fn told_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminated {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => (), _ = terminated.recv() => () }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

async fn say_health(State(health): State<Arc<Health>>) -> Reply {
    if health.ready.load(Ordering::Relaxed) { text("ready\n") } else { Err(Refusal::not_now("not ready\n")) }
}

async fn say_metrics(State(health): State<Arc<Health>>) -> Reply {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((headers, health.metrics.text()).into_response())
}

/// Counts requests by route and status, and says how long they took. It names no caller.
async fn measured(State(health): State<Arc<Health>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let begun = Instant::now();
    let mut response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    health.metrics.count(&format!("requests_total{{route=\"{route}\",status=\"{status}\"}}"));
    health.metrics.took(&format!("request_seconds{{route=\"{route}\"}}"), took);
    tracing::debug!(route, status, micros = took.as_micros(), "answered");
    response
}

/// A file that is published: the same for everybody, and for a mirror. No path but that of an item
/// leads anywhere.
async fn published(State(folder): State<Arc<PathBuf>>, Path(path): Path<String>) -> Reply {
    // What has a number never changes; the last part of a log grows.
    let grows = path.ends_with("newest") || path.ends_with(".log");
    let keep = if grows { "no-cache" } else { "public, max-age=31536000, immutable" };
    let read = move || Folder::new(folder.as_path()).fetch(&path, u64::MAX);
    match tokio::task::spawn_blocking(read).await.map_err(Refusal::broken)?.map_err(Refusal::broken)? {
        Some(bytes) => Ok(([(CONTENT_TYPE, CBOR), (CACHE_CONTROL, keep)], bytes).into_response()),
        None => Err(Refusal::absent()),
    }
}
