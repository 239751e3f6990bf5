//! Managed workflows: bundles and their versions, the queue, the sandbox that a run's Python is in, secrets, webhooks.

mod webhooks;
