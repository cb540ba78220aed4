package newcomer

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A page is a text of the docs that somebody can follow. A block of code below a line
// such as "`main.go`:" is the whole of that file. A block of a console has commands,
// each behind a "$ ", and below each what it prints on the standard output.
type page struct {
	file   string
	chunks []chunk
}

// A chunk is a block of code, or the text before one.
type chunk struct {
	head, body, foot string // head and foot are the lines of a block with ```
	file             string // that the block is the whole of
}

var (
	block   = regexp.MustCompile("(?ms)^(```[a-z]+\n)(.*?)^(```)$")
	writes  = regexp.MustCompile("(?m)^`([\\w./-]+)`[^\n]*:\n\n\\z")
	elapsed = regexp.MustCompile(`\b\d+\.\d+s\b|\(cached\)`)
)

// read takes a page apart.
func read(t *testing.T, file string) page {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	p, at := page{file: file}, 0
	for _, m := range block.FindAllSubmatchIndex(text, -1) {
		before := string(text[at:m[0]])
		c := chunk{head: string(text[m[2]:m[3]]), body: string(text[m[4]:m[5]]), foot: string(text[m[6]:m[7]])}
		if name := writes.FindStringSubmatch(before); name != nil {
			c.file = name[1]
		}
		p.chunks = append(p.chunks, chunk{body: before}, c)
		at = m[1]
	}
	p.chunks = append(p.chunks, chunk{body: string(text[at:])})
	return p
}

// follow does in an empty folder what a page says, and logs how long its commands took.
func (p page) follow(t *testing.T, env []string, update bool) {
	t.Helper()
	dir, began, spent := t.TempDir(), time.Now(), time.Duration(0)
	for i, c := range p.chunks {
		switch {
		case c.file != "":
			name := filepath.Join(dir, filepath.FromSlash(c.file))
			require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
			require.NoError(t, os.WriteFile(name, []byte(c.body), 0o644))
		case c.head == "```console\n":
			got, processor := console(t, dir, env, c.body)
			spent += processor
			if update {
				p.chunks[i].body = got
				continue
			}
			require.Equal(t, elapsed.ReplaceAllString(c.body, "0.00s"), elapsed.ReplaceAllString(got, "0.00s"), "what %s shows is not what is printed", p.file)
		}
	}
	t.Logf("%d s by the clock, %d s of processor time", int(time.Since(began).Seconds()), int(spent.Seconds()))
	vet := exec.CommandContext(t.Context(), "sh", "-c", "gofmt -l . && go vet ./...")
	vet.Dir, vet.Env = dir, env
	out, err := vet.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Empty(t, string(out), "code that is not formatted")
	if update {
		p.write(t)
	}
}

// console runs the commands of a block, and returns them with what they print, and their processor time.
func console(t *testing.T, dir string, env []string, body string) (shown string, processor time.Duration) {
	t.Helper()
	var all strings.Builder
	for line := range strings.Lines(body) {
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			continue
		}
		all.WriteString(line)
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		var said strings.Builder
		cmd.Dir, cmd.Env, cmd.Stderr = dir, env, &said
		out, err := cmd.Output()
		if err != nil && !strings.Contains(string(out), "FAIL") { // which a page may mean to show
			t.Fatalf("%s: %v\n%s%s", command, err, out, said.String())
		}
		all.Write(out)
		processor += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	return all.String(), processor
}

// write puts a page together again.
func (p page) write(t *testing.T) {
	t.Helper()
	var all strings.Builder
	for _, c := range p.chunks {
		all.WriteString(c.head + c.body + c.foot)
	}
	require.NoError(t, os.WriteFile(p.file, []byte(all.String()), 0o644))
}
