package reports

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dpopspec/dpopspec/internal/places"
)

// writeFile writes beside the file and renames, so that no reader ever sees
// half a report. What is not a regular file, such as /dev/stderr, is written
// directly; the step summary of GitHub, which earlier commands of the step
// share, is added to.
func writeFile(path string, redacted Redacted, write func(io.Writer, Redacted) error) error {
	shared := path == os.Getenv("GITHUB_STEP_SUMMARY")
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeSpecial(path, info.Mode(), redacted, write)
	}
	path, err := places.Resolved(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if shared {
		return writeOpened(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, redacted, write)
	}
	return replaceFile(path, redacted, write)
}

const (
	forReader = 5 * time.Second  // how long a named pipe is waited for until somebody reads it
	forTaking = 30 * time.Second // how long it may take until that one has read it
)

// writeSpecial writes to what is no regular file: a device, or a pipe, which must not
// hold us up if nobody reads it.
func writeSpecial(path string, kind fs.FileMode, redacted Redacted, write func(io.Writer, Redacted) error) error {
	var f *os.File
	var err error
	for late := time.Now().Add(forReader); ; time.Sleep(50 * time.Millisecond) {
		f, err = os.OpenFile(path, os.O_WRONLY|withoutWaiting, 0)
		if kind&fs.ModeNamedPipe == 0 || !nobodyReads(err) {
			break
		}
		if time.Now().After(late) {
			return fmt.Errorf("%w: nobody reads this pipe", err)
		}
	}
	if err != nil {
		return err
	}
	f.SetWriteDeadline(time.Now().Add(forTaking)) // what cannot wait has no deadline
	return errors.Join(writeBuffered(f, redacted, write), f.Close())
}

func writeOpened(path string, flags int, redacted Redacted, write func(io.Writer, Redacted) error) error {
	f, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(writeBuffered(f, redacted, write), f.Close())
}

// writeBuffered spares the kernel the small pieces that templates write.
func writeBuffered(f *os.File, redacted Redacted, write func(io.Writer, Redacted) error) error {
	buffer := bufio.NewWriterSize(f, 1<<16)
	if err := write(buffer, redacted); err != nil {
		return err
	}
	return buffer.Flush()
}

func replaceFile(path string, redacted Redacted, write func(io.Writer, Redacted) error) error {
	f, err := places.Beside(path)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	if err := errors.Join(writeBuffered(f, redacted, write), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
