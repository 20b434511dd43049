package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

func TestAnEndReadsWhatTheOtherWroteBeforeItClosed(t *testing.T) {
	client, server := connected(nil)
	if _, err := client.Write([]byte("last words")); err != nil {
		t.Fatal(err)
	}
	client.Close()
	text, err := io.ReadAll(server)
	if err != nil || string(text) != "last words" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := server.Write([]byte("to nobody")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("writing to whoever has gone: %v", err)
	}
	if !server.over() {
		t.Error("the other side has closed, and nobody knows")
	}
}

func TestWhoeverAnswersWithoutEndWaitsUntilItIsReadOrLeft(t *testing.T) {
	client, server := connected(nil)
	written := make(chan int)
	go func() {
		n, _ := server.Write(bytes.Repeat([]byte("x"), 3*answerAhead))
		written <- n
	}()
	if _, err := io.ReadFull(client, make([]byte, answerAhead+1)); err != nil {
		t.Fatal(err)
	}
	client.Close()
	if n := <-written; n < answerAhead+1 || n > 2*answerAhead+1 {
		t.Errorf("%d octets were taken", n)
	}
}

func TestAReaderIsFreedByItsDeadline(t *testing.T) {
	client, server := connected(nil)
	var timeout net.Error
	server.SetReadDeadline(time.Now().Add(-time.Second))
	if _, err := server.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("a deadline that has passed: %v", err)
	}
	server.SetReadDeadline(time.Now().Add(time.Millisecond))
	if _, err := server.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a deadline that passes meanwhile: %v", err)
	}
	server.SetReadDeadline(time.Time{})
	client.Write([]byte("x"))
	if n, err := server.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Errorf("without a deadline: %d, %v", n, err)
	}
}
