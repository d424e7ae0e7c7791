"""Files that hold arrays of images: .npy and .npz, IDX, CIFAR's batches."""
