//! Real messages, compared with `messages.txt`.
