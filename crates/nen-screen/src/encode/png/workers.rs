use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::EncodeError;
use super::compressor::Compressor;

/// A thread is worth starting for this many bands; it costs as much as compressing a flat one.
const BANDS_PER_THREAD: usize = 4;

/// What a thread needs for one band after the other, so that only the first asks for memory.
#[derive(Default)]
pub(super) struct Worker {
    pub(super) compressor: Compressor,
    /// A band's pixels.
    pub(super) rows: Vec<u8>,
    /// The same filtered.
    pub(super) filtered: Vec<u8>,
}

/// A worker for each thread, kept from picture to picture.
#[derive(Default)]
pub(super) struct Workers(Vec<Worker>);

impl Workers {
    /// Does the same with each item, on several processors when there are many, and gives the outcomes in order.
    pub(super) fn each<I: Sync, O: Send>(
        &mut self,
        items: &[I],
        work: impl Fn(&I, &mut Worker) -> Result<O, EncodeError> + Sync,
    ) -> Result<Vec<O>, EncodeError> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = processors.min(items.len() / BANDS_PER_THREAD).max(1);
        if self.0.len() < threads {
            self.0.resize_with(threads, Worker::default);
        }
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(items.len()));
        let take = |worker: &mut Worker| {
            while let Some((at, item)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                items.get(at).map(|item| (at, item))
            } {
                let outcome = work(item, worker);
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                done.push((at, outcome));
            }
        };
        let (own, others) = self.0[..threads].split_at_mut(1);
        std::thread::scope(|scope| {
            for worker in others {
                // Where no thread can be had, the one that is there does it all.
                let _ = std::thread::Builder::new().spawn_scoped(scope, || take(worker));
            }
            take(&mut own[0]);
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_unstable_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, outcome)| outcome).collect()
    }
}
