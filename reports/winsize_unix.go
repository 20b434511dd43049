//go:build linux || darwin

package reports

import (
	"os"
	"syscall"
	"unsafe"
)

// terminalWidth is the number of columns of the terminal behind the file, and
// whether there is one.
func terminalWidth(f *os.File) (int, bool) {
	var size struct{ rows, columns, x, y uint16 }
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return int(size.columns), errno == 0
}
