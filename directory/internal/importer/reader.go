package importer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"strings"

	"github.com/socialprescribing/sp/internal/csvfile"
)

// withoutBOM returns r without the byte order mark that some editors write, and what
// is in UTF-16 as UTF-8.
func withoutBOM(r io.Reader) io.Reader {
	var mark [3]byte
	n, err := io.ReadFull(r, mark[:])
	if n == 3 && string(mark[:]) == "\uFEFF" {
		return r
	}
	head := strings.NewReader(string(mark[:n]))
	if n == 3 && err == nil {
		text := io.MultiReader(head, r)
		switch little, big := mark[0] == 0xFF && mark[1] == 0xFE, mark[0] == 0xFE && mark[1] == 0xFF; {
		case little || big:
			return csvfile.FromUTF16(io.MultiReader(strings.NewReader(string(mark[2:])), r), big)
		case (mark[0] == 0) != (mark[1] == 0): // its first letter is one of ASCII
			return csvfile.FromUTF16(text, mark[0] == 0)
		}
		return text
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return io.MultiReader(head, failing{err})
	}
	return io.MultiReader(head, r)
}

// interruptible is a reader that fails when the context has ended, even within
// a record that never does.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// bytesOf returns how many bytes a reader has, or 0 where it does not tell.
func bytesOf(r io.Reader) int {
	switch r := r.(type) {
	case interface{ Len() int }:
		return r.Len()
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info != nil {
			return int(min(info.Size(), math.MaxInt32))
		}
	}
	return 0
}

// failing is a reader that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
