//! Data sets, normalisation, and the order of a loader's batches.

use athena::data::{Augmentation, Batch, Dataset, Loader, Normalisation};
use athena::loss::Targets;
use athena::threads::with_threads;
use athena::{Classes, Error, Image};

type Tiny = Dataset<Image<2, 3, 4>, Classes<5>>;
const IMAGE: usize = 24;

/// Every pixel of image `i` is `i`, and its label is `i % 5`.
fn numbered(count: usize) -> Tiny {
    let pixels: Vec<u8> = (0..count * IMAGE).map(|i| (i / IMAGE) as u8).collect();
    let labels: Vec<u32> = (0..count as u32).map(|i| i % 5).collect();
    Dataset::from_bytes(pixels, labels).unwrap()
}

/// The images in the batches of one epoch, recognised by their pixels.
fn epoch(loader: &mut Loader<'_, Image<2, 3, 4>, Classes<5>>) -> Vec<Vec<usize>> {
    let mut batches = Vec::new();
    while let Some(batch) = loader.next_batch() {
        let indices: Vec<usize> = batch.images().chunks_exact(IMAGE).map(|i| (i[0] * 255.0).round() as usize).collect();
        let labels: Vec<u32> = indices.iter().map(|&i| i as u32 % 5).collect();
        assert_eq!(batch.targets(), Targets::Classes(&labels));
        assert_eq!(batch.len(), indices.len());
        batches.push(indices);
    }
    batches
}

#[test]
fn the_last_smaller_batch_is_used_unless_dropped() {
    let data = numbered(10);
    let mut loader = Loader::new(&data, 4).unwrap();
    assert_eq!((loader.batches(), loader.batch_size()), (3, 4));
    let whole = [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9]];
    assert_eq!(epoch(&mut loader), whole);
    assert_eq!((loader.epoch(), epoch(&mut loader)), (1, whole.to_vec()));
    let mut loader = loader.drop_last();
    assert_eq!(loader.batches(), 2);
    assert_eq!(epoch(&mut loader), whole[..2]);
    let mut large = Loader::new(&data, 64).unwrap().drop_last();
    assert_eq!((large.batches(), large.batch_size()), (1, 10));
    assert_eq!(epoch(&mut large).concat(), (0..10).collect::<Vec<_>>());
}

#[test]
fn the_order_is_a_function_of_seed_and_epoch() {
    let data = numbered(100);
    let loader = |seed| Loader::new(&data, 7).unwrap().seed(seed).shuffled();
    let mut one = loader(1);
    let orders: Vec<Vec<usize>> = (0..3).map(|_| epoch(&mut one).concat()).collect();
    for order in &orders {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }
    assert!(orders[0] != orders[1] && orders[1] != orders[2] && orders[0] != orders[2]);
    let mut again = loader(1);
    again.start(2);
    assert_eq!(epoch(&mut again).concat(), orders[2]);
    again.start(0);
    again.next_batch();
    again.start(0);
    assert_eq!(epoch(&mut again).concat(), orders[0]);
    assert_ne!(epoch(&mut loader(2)).concat(), orders[0]);
}

/// Pixels whose values are their positions.
fn patterned(count: usize) -> Tiny {
    let pixels: Vec<f32> = (0..count * IMAGE).map(|i| i as f32 + 1.0).collect();
    Dataset::from_floats(pixels, vec![0; count]).unwrap()
}

fn bits(loader: &mut Loader<'_, Image<2, 3, 4>, Classes<5>>) -> Vec<u32> {
    let mut all = Vec::new();
    while let Some(batch) = loader.next_batch() {
        all.extend(batch.images().iter().map(|value| value.to_bits()));
    }
    all
}

#[test]
fn augmentation_gives_the_same_bits_for_any_number_of_threads_and_batch() {
    let data = patterned(50);
    let augmentation = Augmentation::new().crop(2).flip();
    let run = |threads, size| {
        with_threads(threads, || {
            bits(&mut Loader::new(&data, size).unwrap().seed(3).shuffled().augmented(augmentation))
        })
        .unwrap()
    };
    let expected = run(1, 8);
    for (threads, size) in [(2, 8), (4, 8), (1, 50), (2, 1)] {
        assert_eq!(run(threads, size), expected, "{threads} threads, batches of {size}");
    }
}

#[test]
fn augmentation_moves_all_channels_of_an_image_alike_and_differs_between_epochs() {
    let data = patterned(40);
    let augmentation = Augmentation::new().crop(1).flip();
    let mut loader = Loader::new(&data, 40).unwrap().augmented(augmentation);
    let batch = loader.next_batch().unwrap().images().to_vec();
    for image in batch.chunks_exact(IMAGE) {
        let (first, second) = image.split_at(12);
        for (a, b) in first.iter().zip(second) {
            // Black in both channels, or the same place, 12 further on.
            assert!((*a == 0.0 && *b == 0.0) || *b == *a + 12.0, "{image:?}");
        }
    }
    assert!(loader.next_batch().is_none());
    assert_ne!(loader.next_batch().unwrap().images(), batch);
}

#[test]
fn normalisation_of_bytes_and_of_floats() {
    let data = numbered(11);
    let normalisation = Normalisation::of(&data);
    let (mean, std) = (5.0 / 255.0, 10.0_f32.sqrt() / 255.0); // Of 0 to 10, each as often.
    for c in 0..2 {
        assert!((normalisation.mean()[c] - mean).abs() < 1e-7 && (normalisation.std()[c] - std).abs() < 1e-7);
    }
    let floats: Vec<f32> = (0..11 * IMAGE).map(|i| (i / IMAGE) as f32 / 255.0).collect();
    let floats = Tiny::from_floats(floats, vec![0; 11]).unwrap();
    let same = Normalisation::of(&floats);
    assert!((same.mean()[0] - mean).abs() < 1e-7 && (same.std()[1] - std).abs() < 1e-7);
    for data in [data.normalised(&normalisation).unwrap(), floats.normalised(&same).unwrap()] {
        let mut loader = Loader::new(&data, 11).unwrap();
        let images = loader.next_batch().unwrap().images();
        for (i, image) in images.chunks_exact(IMAGE).enumerate() {
            let expected = (i as f32 - 5.0) / 10.0_f32.sqrt();
            assert!(image.iter().all(|x| (x - expected).abs() < 1e-6), "{i}: {image:?}");
        }
    }
}

#[test]
fn channels_are_normalised_each_by_their_own_numbers_and_padded_with_black() {
    let normalisation = Normalisation::new(&[0.5, 0.2], &[0.25, 0.1]).unwrap();
    let data = numbered(1).normalised(&normalisation).unwrap();
    let mut loader = Loader::new(&data, 1).unwrap().augmented(Augmentation::new().crop(3));
    let images = loader.next_batch().unwrap().images();
    let (first, second) = images.split_at(12);
    assert!(first.iter().all(|x| (x + 2.0).abs() < 1e-6) && second.iter().all(|x| (x + 2.0).abs() < 1e-6));
}

#[test]
fn a_channel_that_never_changes_is_only_centred() {
    let data = Tiny::from_bytes(vec![51; 2 * IMAGE], vec![0, 1]).unwrap();
    let normalisation = Normalisation::of(&data);
    assert_eq!(normalisation.std(), [1.0, 1.0]);
    let data = data.normalised(&normalisation).unwrap();
    let mut loader = Loader::new(&data, 2).unwrap();
    assert!(loader.next_batch().unwrap().images().iter().all(|x| x.abs() < 1e-6));
}

#[test]
fn splits_keep_every_image_once_and_take_keeps_the_first() {
    let data = numbered(20);
    let indices = |data: &Tiny| epoch(&mut Loader::new(data, 20).unwrap()).concat();
    let (train, test) = data.split(4, 9).unwrap();
    assert_eq!((train.len(), test.len()), (16, 4));
    let mut all = [indices(&train), indices(&test)].concat();
    assert_ne!(all[16..], [16, 17, 18, 19]);
    all.sort_unstable();
    assert_eq!(all, (0..20).collect::<Vec<_>>());
    assert_eq!(indices(&data.split(4, 9).unwrap().1), indices(&test));
    assert_ne!(indices(&data.split(4, 10).unwrap().1), indices(&test));
    assert_eq!(indices(&data.take(3).unwrap()), [0, 1, 2]);
    assert_eq!(data.take(30).unwrap().len(), 20);
}

#[test]
fn what_does_not_fit_is_refused() {
    #[track_caller]
    fn refused<T: std::fmt::Debug>(result: Result<T, Error>, message: &str) {
        assert_eq!(result.unwrap_err().to_string(), message);
    }
    let whole = "are not one or more whole images of 2x3x4: one is 24";
    refused(Tiny::from_bytes(vec![0; 25], vec![0]), &format!("25 bytes {whole} bytes"));
    refused(Tiny::from_floats(vec![], [0; 0]), &format!("0 floats {whole} floats"));
    refused(Tiny::from_bytes(vec![0; 48], vec![0]), "2 images of 2x3x4 need 2 labels, but there are 1");
    refused(Tiny::from_bytes(vec![0; 48], vec![0, 5]), "image 1 has label 5, but the classes are 0 to 4");
    let mut floats = vec![0.0; 48];
    floats[30] = f32::NAN;
    refused(Tiny::from_floats(floats, vec![0, 1]), "image 1 has a value of NaN, but values must be finite");
    let data = numbered(2);
    let normalisation = Normalisation::new(&[0.0; 3], &[1.0; 3]).unwrap();
    refused(
        data.clone().normalised(&normalisation),
        "`Dataset::normalised` takes 2 channels, as the images have, not 3",
    );
    refused(data.take(0), "`Dataset::take` takes 1 image or more, not 0");
    refused(data.split(2, 0), "`Dataset::split` takes 1 to 1 images to hold out of 2, not 2");
    refused(Loader::new(&data, 0), "`Loader::new` takes batches of 1 image or more, not 0");
    let deviations = "`Normalisation::new` takes standard deviations that are finite and above 0, not";
    refused(Normalisation::new(&[0.0], &[0.0]), &format!("{deviations} 0"));
    refused(Normalisation::new(&[0.0], &[f32::NAN]), &format!("{deviations} NaN"));
    refused(Normalisation::new(&[f32::INFINITY], &[1.0]), "`Normalisation::new` takes finite means, not inf");
    assert!(Normalisation::new(&[0.0, 1.0], &[1.0]).is_err() && Normalisation::new(&[], &[]).is_err());

    type Pair = Batch<Image<2, 3, 4>, Classes<5>>;
    assert!(matches!(Pair::new(vec![0.0; 25], vec![0]), Err(Error::BatchLength { found: 25, shape: [2, 3, 4] })));
    assert!(matches!(Pair::new(vec![], [0; 0]), Err(Error::EmptyBatch { shape: [2, 3, 4] })));
    refused(Pair::new(vec![0.0; 48], vec![0]), "2 images need 2 labels, but there are 1");
    refused(Pair::new(vec![0.0; 48], vec![0, 7]), "image 1 of the batch has label 7, but the classes are 0 to 4");
    refused(Pair::new(vec![0.0; 48], vec![0.0; 9]), "2 images need 2 x 5 values, one for each output, but there are 9");
}

#[test]
fn a_loader_is_an_iterator_over_epochs() {
    let data = numbered(10);
    let mut loader = Loader::new(&data, 4).unwrap().seed(2).shuffled();
    let mut lent = Loader::new(&data, 4).unwrap().seed(2).shuffled();
    for _ in 0..3 {
        assert_eq!((loader.len(), loader.size_hint()), (3, (3, Some(3))));
        let mut left = 3;
        for batch in &mut loader {
            let expected = lent.next_batch().unwrap();
            assert_eq!((batch.images(), batch.labels()), (expected.images(), expected.labels()));
            left -= 1;
        }
        assert_eq!((left, lent.next_batch().is_none()), (0, true));
    }
    assert_eq!(loader.epoch(), 3);
    loader.next();
    assert_eq!(loader.len(), 2);
}

#[test]
fn a_batch_that_is_kept_stays_as_it_is_and_one_that_is_not_is_used_again() {
    let data = numbered(8);
    let loader = || Loader::new(&data, 2).unwrap();
    let kept: Vec<_> = loader().collect();
    let first: Vec<f32> = kept.iter().map(|batch| (batch.images()[0] * 255.0).round()).collect();
    assert_eq!(first, [0.0, 2.0, 4.0, 6.0]);
    let places: Vec<*const f32> = loader().map(|batch| batch.images().as_ptr()).collect();
    assert!(places.iter().all(|&place| place == places[0]));
}
