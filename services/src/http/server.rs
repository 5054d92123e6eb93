//! What every service serves beside its own: health and numbers; and how it ends.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{MatchedPath, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::unfold;
use selfsame::published::Item;
use tokio::net::{TcpListener, TcpSocket, lookup_host};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{Metrics, connections};
use crate::config::Config;
use crate::error::{Context, Result, with_causes};
use crate::wire::CBOR;

/// Whether what is answered was done now or before.
pub const MADE: HeaderName = HeaderName::from_static("selfsame-made");

/// The most bytes of a request, where a route says nothing else: a call of the greatest request and
/// presentation.
const MOST: usize = 1 << 20;
/// How much of a file is read at once.
const PART: usize = 1 << 16;
/// How long a request may take to come.
const SLOWEST: Duration = Duration::from_secs(20);
/// The most requests that are worked on at once; more wait.
const BUSIEST: u32 = 1_024;
/// How much of an answer the system holds for its reader, in bytes; it may be twice as much.
const HELD: u32 = 1 << 16;
/// How many connections wait to be accepted.
const BACKLOG: u32 = 1_024;
/// How long the requests at hand go on when the service is told to end.
const LAST: Duration = Duration::from_secs(10);

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

    /// 408: it did not come in time, or not to its end.
    #[must_use]
    pub fn late() -> Self {
        Self(StatusCode::REQUEST_TIMEOUT, "the request did not come".to_owned())
    }

    /// 413: it is longer than anything that is asked here, or was cut.
    #[must_use]
    pub fn unread() -> Self {
        Self(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long, or was cut".to_owned())
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

/// Says in a header whether a request was made now, or had been made before under its key, so that
/// nothing was done now (spec 10 §4.2, rule 10-36).
///
/// # Errors
/// That of the reply.
pub fn made(is_replay: bool, reply: Reply) -> Reply {
    let said = HeaderValue::from_static(if is_replay { "before" } else { "now" });
    reply.map(|mut answer| {
        answer.headers_mut().insert(MADE, said);
        answer
    })
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
    /// Where it says its numbers, to who operates it.
    metrics: Option<TcpListener>,
    /// The most bytes of a request.
    most: usize,
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
    /// Listens where the configuration says: at `listen`, and at `metrics`, if it has that, for who
    /// operates the service.
    ///
    /// # Errors
    /// If it says nothing, or a port is taken.
    pub async fn bind(config: &Config, role: &'static str) -> Result<Self> {
        let public = if config.optional("public")?.is_some() { Some(config.path("public")?) } else { None };
        let metrics = match config.optional("metrics")? {
            Some(address) => Some(listening(address).await?),
            None => None,
        };
        Ok(Self { public, metrics, ..Self::bind_to(config.one("listen")?, role).await? })
    }

    /// Listens here.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn bind_to(address: &str, role: &'static str) -> Result<Self> {
        let listener = listening(address).await?;
        Ok(Self { listener, role, health: health(), public: None, metrics: None, most: MOST })
    }

    /// Takes no request of more bytes than this: a service that anybody calls holds what it was
    /// sent before it knows what it is.
    #[must_use]
    pub fn at_most(self, bytes: usize) -> Self {
        Self { most: bytes, ..self }
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Those of the network.
    pub fn address(&self) -> Result<SocketAddr> {
        self.listener.local_addr().context("an address")
    }

    /// What it says of itself.
    #[must_use]
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Serves these routes, health, and what is published, until the process is told to end
    /// (SIGTERM, SIGINT); requests that are being answered are answered. Its numbers say when
    /// somebody enrolled and when a case was opened, and are served elsewhere or not at all.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn serve(mut self, routes: Router) -> Result<()> {
        let health = Arc::clone(&self.health);
        let numbers = Router::new().route("/metrics", get(say_metrics)).with_state(Arc::clone(&health));
        let mut app = routes.merge(Router::new().route("/health", get(say_health)).with_state(Arc::clone(&health)));
        if let Some(folder) = self.public.take() {
            app = app.merge(Router::new().route("/public/{*path}", get(published)).with_state(Arc::new(folder)));
        }
        let Some(listener) = self.metrics.take() else { return self.serve_only(app).await };
        let metrics = Self { listener, role: self.role, health, public: None, metrics: None, most: 0 };
        tokio::try_join!(self.serve_only(app), metrics.serve_only(numbers)).map(drop)
    }

    /// Serves these routes and nothing else.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn serve_only(self, routes: Router) -> Result<()> {
        self.serve_until(routes, told_to_end()).await
    }

    async fn serve_until(self, routes: Router, told: impl Future<Output = ()>) -> Result<()> {
        let running = Arc::new(Semaphore::new(BUSIEST as usize));
        let work = Work { health: Arc::clone(&self.health), running: Arc::clone(&running), most: self.most };
        let app = routes.layer(from_fn_with_state(work, measured));
        let address = self.address()?;
        tracing::info!(role = self.role, %address, "serving");
        let open = connections::serve(self.listener, app, told).await;
        let end = async {
            open.shutdown().await;
            // Also those whose callers are gone.
            drop(running.acquire_many(BUSIEST).await);
        };
        if timeout(LAST, end).await.is_err() {
            tracing::warn!(role = self.role, "ended with requests at hand");
        }
        tracing::info!(role = self.role, "ended");
        Ok(())
    }
}

/// Listens for connections of which the system holds little: a reader who is slow has emptied a
/// part of it before its time is over ([`patient`](super::patient)).
async fn listening(address: &str) -> Result<TcpListener> {
    let listening = async {
        let mut listens = Err(io::ErrorKind::AddrNotAvailable.into());
        for address in lookup_host(address).await? {
            listens = listen(address);
            if listens.is_ok() {
                break;
            }
        }
        listens
    };
    listening.await.context(format!("listening on {address}"))
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Of a process that has just ended, as `TcpListener::bind` does it.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // What is accepted has it as well.
    socket.set_send_buffer_size(HELD)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
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

/// What is worked on.
#[derive(Clone)]
struct Work {
    health: Arc<Health>,
    running: Arc<Semaphore>,
    most: usize,
}

/// Reads a request whole, and answers it to its end, whatever becomes of its caller: what is taken
/// once, and what waits for others, is not given up in the middle because a phone hangs up. Counts
/// it by route and status, and says how long it took. It names no caller.
async fn measured(State(Work { health, running, most }): State<Work>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let begun = Instant::now();
    let answered = async {
        let request = whole(request, most).await?;
        let place = running.acquire_owned().await.map_err(Refusal::broken)?;
        let answer = tokio::spawn(async move {
            let _place = place;
            next.run(request).await
        });
        // One that panicked says so here.
        answer.await.map_err(Refusal::broken)
    };
    let mut response = answered.await.unwrap_or_else(IntoResponse::into_response);
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    health.metrics.count(&format!("requests_total{{route=\"{route}\",status=\"{status}\"}}"));
    health.metrics.took(&format!("request_seconds{{route=\"{route}\"}}"), took);
    tracing::debug!(route, status, micros = took.as_micros(), "answered");
    response
}

/// A request with all of its body.
async fn whole(request: Request, most: usize) -> Result<Request, Refusal> {
    let (head, body) = request.into_parts();
    if body.size_hint().lower() > most as u64 {
        return Err(Refusal::unread());
    }
    let body = timeout(SLOWEST, to_bytes(body, most)).await.map_err(|_| Refusal::late())?;
    Ok(Request::from_parts(head, Body::from(body.map_err(|_| Refusal::unread())?)))
}

/// A file that is published: the same for everybody, and for a mirror. No path but that of an item
/// leads anywhere. A file may be long and its reader slow, so no more than a part of it is held.
async fn published(State(folder): State<Arc<PathBuf>>, Path(path): Path<String>) -> Reply {
    let item = Item::at(&path).ok_or_else(Refusal::absent)?;
    let keep = if item.is_final() { "public, max-age=31536000, immutable" } else { "no-cache" };
    let open = move || {
        let file = File::open(folder.join(item.path()))?;
        Ok((file.metadata()?.len(), file))
    };
    let opened: io::Result<(u64, File)> = spawn_blocking(open).await.map_err(Refusal::broken)?;
    let (length, file) = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Refusal::absent()),
        opened => opened.map_err(Refusal::broken)?,
    };
    let headers =
        [(CONTENT_TYPE, CBOR.to_owned()), (CACHE_CONTROL, keep.to_owned()), (CONTENT_LENGTH, length.to_string())];
    Ok((headers, Body::from_stream(unfold(Some(file), next_part))).into_response())
}

/// The next part of a file, and the file; an error is the last of it.
async fn next_part(file: Option<File>) -> Option<(io::Result<Bytes>, Option<File>)> {
    let mut file = file?;
    let read = spawn_blocking(move || {
        let mut part = vec![0; PART];
        let length = file.read(&mut part)?;
        part.truncate(length);
        Ok((Bytes::from(part), file))
    });
    match read.await.unwrap_or_else(|error| Err(io::Error::other(error))) {
        Ok((part, _)) if part.is_empty() => None,
        Ok((part, file)) => Some((Ok(part), Some(file))),
        Err(error) => Some((Err(error), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::{mpsc, oneshot};

    use super::super::patient::READS;

    /// Serves these routes until it is told, and gives a connection to them.
    async fn served(routes: Router, told: oneshot::Receiver<()>) -> (TcpStream, tokio::task::JoinHandle<Result<()>>) {
        let server = Server::bind_to("127.0.0.1:0", "test").await.unwrap();
        let address = server.address().unwrap();
        let serving = tokio::spawn(server.serve_until(routes, async { drop(told.await) }));
        (TcpStream::connect(address).await.unwrap(), serving)
    }

    const WHOLE: &[u8] = b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n\r\nab";

    async fn answer(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn what_was_begun_ends_where_its_caller_hangs_up() {
        let (said, mut heard) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let (waits, says) = (Arc::clone(&gate), said.clone());
        let slow = || async move {
            says.send("begun").unwrap();
            drop(waits.acquire().await);
            says.send("done").unwrap();
        };
        drop(said);
        let (end, told) = oneshot::channel();
        let (mut stream, serving) = served(Router::new().route("/", post(slow)), told).await;
        stream.write_all(WHOLE).await.unwrap();
        assert_eq!(heard.recv().await, Some("begun"));
        // The server has seen that nobody waits when it hangs up as well.
        stream.shutdown().await.unwrap();
        assert_eq!(answer(stream).await, "");
        // Told to end, it waits for it as well.
        end.send(()).unwrap();
        gate.add_permits(1);
        assert_eq!(heard.recv().await, Some("done"));
        serving.await.unwrap().unwrap();
    }

    /// Numbers are said at an address of their own, or nowhere.
    #[tokio::test]
    async fn numbers_are_not_said_to_callers() {
        for (configured, is_said) in [("metrics = 127.0.0.1:0\n", true), ("", false)] {
            let text = format!("listen = 127.0.0.1:0\n{configured}");
            let server = Server::bind(&Config::parse(&text, PathBuf::new()).unwrap(), "test").await.unwrap();
            let callers = server.address().unwrap();
            let operator = server.metrics.as_ref().map(|listener| listener.local_addr().unwrap());
            assert_eq!(operator.is_some(), is_said);
            let serving = tokio::spawn(server.serve(Router::new()));
            let status = async |address, path: &str| {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let ask = format!("GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
                stream.write_all(ask.as_bytes()).await.unwrap();
                answer(stream).await[9..12].to_owned()
            };
            assert_eq!(status(callers, "/metrics").await, "404");
            assert_eq!(status(callers, "/health").await, "503");
            if let Some(operator) = operator {
                assert_eq!(status(operator, "/metrics").await, "200");
                assert_eq!(status(operator, "/health").await, "404");
            }
            serving.abort();
        }
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_an_answer() {
        async fn panics() {
            panic!("a defect");
        }
        let (_end, told) = oneshot::channel();
        let (mut stream, _) = served(Router::new().route("/", post(panics)), told).await;
        stream.write_all(WHOLE).await.unwrap();
        stream.shutdown().await.unwrap();
        assert!(answer(stream).await.starts_with("HTTP/1.1 500 "));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_does_not_come_holds_nothing() {
        let routes = || Router::new().route("/", post(|| async {}));
        for (part, expected) in [(WHOLE.len() - 1, "HTTP/1.1 408 "), (30, ""), (0, "")] {
            let (_end, told) = oneshot::channel();
            let (mut stream, _) = served(routes(), told).await;
            stream.write_all(&WHOLE[..part]).await.unwrap();
            let answer = answer(stream).await;
            assert!(answer.starts_with(expected) && answer.is_empty() == expected.is_empty(), "{part}: {answer}");
        }
        let long =
            format!("POST / HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", MOST + 1);
        let (_end, told) = oneshot::channel();
        let (mut stream, _) = served(routes(), told).await;
        stream.write_all(long.as_bytes()).await.unwrap();
        assert!(answer(stream).await.starts_with("HTTP/1.1 413 "));
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_it_is_told_whoever_listens() {
        let endless =
            || async { Body::from_stream(futures_util::stream::pending::<std::result::Result<Bytes, Refusal>>()) };
        let (end, told) = oneshot::channel();
        let (mut stream, serving) = served(Router::new().route("/", post(endless)), told).await;
        stream.write_all(WHOLE).await.unwrap();
        stream.read_u8().await.unwrap();
        end.send(()).unwrap();
        serving.await.unwrap().unwrap();
    }

    /// A reader that takes nothing ends after its time.
    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_nothing_holds_nothing() {
        const LENGTH: usize = 32 << 20;
        let long = || async { Body::from(Bytes::from_static(&[7; LENGTH])) };
        let ask = b"POST / HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let (_end, told) = oneshot::channel();
        let (mut stream, _) = served(Router::new().route("/", post(long)), told).await;
        stream.write_all(ask).await.unwrap();
        tokio::time::sleep(2 * READS).await;
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest).await;
        assert!(ended.is_err() || rest.len() < LENGTH, "all of it came");
    }

    /// What the system holds for a reader is little: else a slow one, who empties it for minutes,
    /// would not show as one who reads.
    #[tokio::test]
    async fn the_system_holds_little_of_an_answer() {
        let listener = listening("127.0.0.1:0").await.unwrap();
        let reader = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let mut held = 0;
        for _ in 0..2 {
            stream.writable().await.unwrap();
            while let Ok(written) = stream.try_write(&[7; PART]) {
                held += written;
            }
            if tokio::time::timeout(Duration::from_millis(200), stream.writable()).await.is_err() {
                break;
            }
        }
        drop(reader);
        assert!(held < 8 * PART, "{held} bytes");
    }

    #[tokio::test]
    async fn what_is_published_is_served_in_parts_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("selfsame-published-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("directory")).unwrap();
        let long: Vec<u8> = (0..3 * PART + 7).map(|at| at as u8).collect();
        std::fs::write(folder.join("directory/newest"), &long).unwrap();
        std::fs::write(folder.join("keys"), b"secret").unwrap();
        let routes =
            || Router::new().route("/public/{*path}", get(published)).with_state(Arc::new(folder.join("directory/..")));
        for (path, is_there) in [
            ("directory/newest", true),
            ("directory/00000001.directory", false),
            ("keys", false),
            ("directory/../keys", false),
            ("directory/..%2fkeys", false),
            ("%2e%2e/keys", false),
            ("directory", false),
            ("directory/newest%00", false),
        ] {
            let (_end, told) = oneshot::channel();
            let (mut stream, _) = served(routes(), told).await;
            let ask = format!("GET /public/{path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
            stream.write_all(ask.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            let head = String::from_utf8_lossy(&answer).into_owned();
            assert!(head.starts_with(if is_there { "HTTP/1.1 200 " } else { "HTTP/1.1 404 " }), "{path}");
            assert_eq!((answer.ends_with(&long), head.contains("secret")), (is_there, false), "{path}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
