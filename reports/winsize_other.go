//go:build !linux && !darwin

package reports

import "os"

// terminalWidth takes every character device for a terminal of unknown width.
func terminalWidth(f *os.File) (int, bool) {
	info, err := f.Stat()
	return 0, err == nil && info.Mode()&os.ModeCharDevice != 0
}
