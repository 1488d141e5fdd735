//! Convolution: forward, backward-data and backward-weights over blocked maps.
