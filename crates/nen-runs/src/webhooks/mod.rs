//! Webhooks on their way: signed, sent in order, tried again.
