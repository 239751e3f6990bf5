use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::AgentError;
use crate::provider::{ProviderError, Reply};
use crate::task::Task;

/// How often and when a provider is asked again that could not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Calls in all.
    pub attempts: u32,
    /// Longest pause before the second call; it doubles with each further one. The pause is between half
    /// of it and the whole, so that many who failed at once do not come back at once.
    pub first_delay: Duration,
    /// Longest pause that a provider may ask for; with a longer one it is not asked again.
    pub longest_asked: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_delay: Duration::from_millis(500),
            longest_asked: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Asks until there is an answer or no sense in asking again. Gives the answer and how often it took.
    pub(crate) async fn ask<F>(
        self,
        task: &Task<'_>,
        call: impl FnMut() -> F,
    ) -> Result<(Reply, u32), AgentError>
    where
        F: Future<Output = Result<Reply, ProviderError>>,
    {
        self.ask_pausing(task, call, sleep).await
    }

    /// [`Self::ask`] with another way to let a pause pass.
    async fn ask_pausing<F, P>(
        self,
        task: &Task<'_>,
        mut call: impl FnMut() -> F,
        mut pass: impl FnMut(Duration) -> P,
    ) -> Result<(Reply, u32), AgentError>
    where
        F: Future<Output = Result<Reply, ProviderError>>,
        P: Future<Output = ()>,
    {
        let mut attempt = 1;
        loop {
            let error = match task.while_wanted(call()).await? {
                Ok(reply) => return Ok((reply, attempt)),
                Err(error) => error,
            };
            let Some(pause) = self.pause(&error, attempt) else {
                return Err(error.into());
            };
            if task
                .budget
                .deadline
                .is_some_and(|deadline| Instant::now() + pause >= deadline)
            {
                return Err(AgentError::Deadline {
                    last_error: Some(error),
                });
            }
            tracing::debug!(error = %error, attempt, pause_ms = pause.as_millis(), "Ask the model again");
            task.while_wanted(pass(pause)).await?;
            attempt += 1;
        }
    }

    /// How long to wait after a failed attempt; none to give up.
    fn pause(self, error: &ProviderError, attempt: u32) -> Option<Duration> {
        if !error.is_passing() || attempt >= self.attempts {
            return None;
        }
        if let ProviderError::Busy {
            retry_after: Some(asked),
            ..
        } = error
        {
            return (*asked <= self.longest_asked).then_some(*asked);
        }
        let longest = self.first_delay * 2_u32.saturating_pow(attempt - 1);
        Some(longest.mul_f64(rand::random_range(0.5..=1.0)))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::{pending, ready};
    use std::time::Duration;

    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::RetryPolicy;
    use crate::error::AgentError;
    use crate::provider::{ProviderError, Reply, Stop, Usage};
    use crate::screen::{Screen, ScreenError};
    use crate::task::Task;

    struct Nothing;

    impl Screen for Nothing {
        fn size(&self) -> nen_protocol::Size {
            nen_protocol::Size {
                width: 1280,
                height: 800,
            }
        }

        fn act(
            &self,
            _: nen_protocol::execute::ExecuteBody,
        ) -> futures_util::future::BoxFuture<
            '_,
            Result<nen_protocol::execute::ExecuteReply, ScreenError>,
        > {
            Box::pin(pending())
        }
    }

    fn busy(retry_after: Option<u64>) -> ProviderError {
        ProviderError::Busy {
            provider: "test",
            status: 429,
            message: "slow down".into(),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn fine() -> Result<Reply, ProviderError> {
        Ok(Reply {
            text: "done".into(),
            calls: Vec::new(),
            stop: Stop::Done,
            raw: serde_json::Value::Null,
            usage: Usage::default(),
        })
    }

    /// Plays the outcomes in order; gives the result, the pauses that were made, which take no time here, and how many
    /// outcomes were used.
    async fn play(
        task: &Task<'_>,
        outcomes: Vec<Result<Reply, ProviderError>>,
    ) -> (Result<(Reply, u32), AgentError>, Vec<Duration>, usize) {
        let all = outcomes.len();
        let left = RefCell::new(outcomes.into_iter());
        let pauses = RefCell::new(Vec::new());
        let answer = || ready(left.borrow_mut().next().unwrap());
        let pass = |pause| {
            pauses.borrow_mut().push(pause);
            ready(())
        };
        let policy = RetryPolicy::default();
        let result = policy.ask_pausing(task, answer, pass).await;
        let used = all - left.borrow().len();
        (result, pauses.take(), used)
    }

    #[tokio::test]
    async fn pauses_grow_and_the_fourth_failure_is_the_last() {
        let task = Task::new(&Nothing);
        let (result, pauses, used) = play(&task, vec![Err(busy(None)); 6]).await;
        assert!(matches!(result, Err(AgentError::Provider(error)) if error == busy(None)));
        assert_eq!((used, pauses.len()), (4, 3));
        for (pause, longest) in pauses.iter().zip([0.5, 1.0, 2.0]) {
            let seconds = pause.as_secs_f64();
            assert!((longest / 2.0..=longest).contains(&seconds), "{pauses:?}");
        }
    }

    #[tokio::test]
    async fn the_pause_a_provider_asks_for_is_kept_to_the_second() {
        let task = Task::new(&Nothing);
        let (result, pauses, _) = play(&task, vec![Err(busy(Some(42))), fine()]).await;
        assert_eq!(result.unwrap().1, 2);
        assert_eq!(pauses, [Duration::from_secs(42)]);
    }

    #[tokio::test]
    async fn a_provider_that_asks_for_too_long_a_pause_is_not_asked_again() {
        let task = Task::new(&Nothing);
        let (result, pauses, used) = play(&task, vec![Err(busy(Some(3600))), fine()]).await;
        assert!(result.is_err());
        assert_eq!((pauses.len(), used), (0, 1));
    }

    #[tokio::test]
    async fn what_is_refused_is_not_asked_again() {
        let task = Task::new(&Nothing);
        let refused = ProviderError::Refused {
            provider: "test",
            status: 400,
            message: "no such model".into(),
        };
        let (result, _, used) = play(&task, vec![Err(refused), fine()]).await;
        assert!(result.unwrap_err().to_string().contains("no such model"));
        assert_eq!(used, 1);
    }

    #[tokio::test]
    async fn nobody_is_asked_again_beyond_the_deadline_and_the_error_says_why() {
        let mut task = Task::new(&Nothing);
        task.budget.deadline = Some(Instant::now() + Duration::from_secs(10));
        let (result, pauses, used) = play(&task, vec![Err(busy(Some(30))), fine()]).await;
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains("deadline") && error.contains("slow down"),
            "{error}"
        );
        assert_eq!((pauses.len(), used), (0, 1));
    }

    #[tokio::test]
    async fn a_deadline_ends_a_call_that_hangs() {
        let mut task = Task::new(&Nothing);
        task.budget.deadline = Some(Instant::now() + Duration::from_millis(50));
        let result = RetryPolicy::default().ask(&task, pending).await;
        assert!(matches!(
            result,
            Err(AgentError::Deadline { last_error: None })
        ));
    }

    #[tokio::test]
    async fn cancelling_ends_a_pause() {
        let cancel = CancellationToken::new();
        let mut task = Task::new(&Nothing);
        task.cancel = cancel.clone();
        let never_over = |_| {
            cancel.cancel();
            pending()
        };
        let failing = || ready(Err(busy(Some(50))));
        let policy = RetryPolicy::default();
        let result = policy.ask_pausing(&task, failing, never_over).await;
        assert!(matches!(result, Err(AgentError::Cancelled)));
    }
}
