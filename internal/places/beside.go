package places

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Beside makes an empty file beside another, to which it is renamed once it is whole, so that
// nobody reads a part of it. An error names the folder, for nobody knows the new file's name.
func Beside(path string) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	var at *fs.PathError
	if errors.As(err, &at) {
		return nil, fmt.Errorf("no file can be made in the folder %s: %w", filepath.Dir(path), at.Err)
	}
	return f, err
}
