//! A connection whose reader may be slow, and not forever.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// In this time a reader takes so many bytes of what waits for it, or all that is left.
pub(super) const READS: Duration = Duration::from_secs(30);
/// See [`READS`].
pub(super) const LEAST: usize = 1 << 16;

/// A connection that ends where its reader takes too little. Taken is what the connection accepts:
/// while something waits, that is what its buffer has room for, as the reader takes what was
/// before.
pub(super) struct Patient<S> {
    stream: S,
    /// Since something waits, and what was taken of it meanwhile.
    waits: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<S: Unpin> Patient<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, waits: None }
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut S> {
        Pin::new(&mut self.get_mut().stream)
    }

    /// What became of a write; while something waits, the time runs, and begins anew with each
    /// [`LEAST`] that was taken.
    fn timed(&mut self, wrote: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(wrote) = wrote {
            let now_taken = wrote.as_ref().map_or(0, |taken| *taken);
            self.waits = self.waits.take().map(|(time, taken)| (time, taken.saturating_add(now_taken)));
            self.waits.take_if(|(_, taken)| *taken >= LEAST);
            return Poll::Ready(wrote);
        }
        let (time, _) = self.waits.get_or_insert_with(|| (Box::pin(sleep(READS)), 0));
        ready!(time.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, to)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, from);
        self.timed(wrote, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, from);
        self.timed(wrote, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// All that was handed over is taken.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waits = None;
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, Bytes};
    use axum::routing::get;
    use hyper::server::conn::http1::Builder;
    use hyper_util::rt::TokioIo;
    use hyper_util::service::TowerToHyperService;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const LENGTH: usize = 4 << 20;

    /// Whether a reader gets all of a long answer who takes so many bytes after each pause.
    async fn gets_all(part: usize, pause: Duration) -> bool {
        let long = || async {
            let part = |_| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[7; LEAST]));
            Body::from_stream(futures_util::stream::iter((0..LENGTH / LEAST).map(part)))
        };
        // Between them is as much as a system holds.
        let (mut reader, served) = duplex(LEAST);
        let service = TowerToHyperService::new(Router::new().route("/", get(long)));
        let serving =
            tokio::spawn(Builder::new().serve_connection(TokioIo::new(Patient::new(served)), service).into_future());
        reader.write_all(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").await.unwrap();
        let (mut taken, mut buffer) = (0, vec![0; part]);
        loop {
            tokio::time::sleep(pause).await;
            let mut room = &mut buffer[..];
            while !room.is_empty() {
                let read = reader.read(room).await.unwrap();
                if read == 0 {
                    return serving.await.unwrap().is_ok() && taken > LENGTH;
                }
                taken += read;
                room = &mut room[read..];
            }
        }
    }

    /// Hyper hands over more before all of it is taken, so to a slow reader something always waits.
    #[tokio::test(start_paused = true)]
    async fn a_reader_may_be_slow_and_not_stop() {
        let second = Duration::from_secs(1);
        for (part, pause, is_enough) in [
            (LENGTH, Duration::ZERO, true),
            (LEAST, READS - second, true),
            (LEAST / 8, READS / 8 - second, true),
            (2 * LEAST, READS + second, false),
            (LEAST / 8, READS / 7, false),
            (1, second, false),
            (LENGTH, 2 * READS, false),
        ] {
            assert_eq!(gets_all(part, pause).await, is_enough, "{part} bytes after each {pause:?}");
        }
    }
}
