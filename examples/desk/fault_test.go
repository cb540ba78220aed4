package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/referral"
)

// TestMain is also the program that tests start and end, where a variable holds its arguments.
func TestMain(m *testing.M) {
	if args := os.Getenv("DESK_ARGS"); args != "" {
		os.Args = append(os.Args[:1], strings.Split(args, "\n")...)
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A program is the desk as a process of its own.
type program struct {
	*opened
	process *exec.Cmd
}

// startProgram starts the desk over a folder, and returns it once it listens.
func startProgram(t *testing.T, folder string) *program {
	t.Helper()
	p := &program{process: exec.CommandContext(t.Context(), os.Args[0]), opened: &opened{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}}}
	p.process.Env = append(os.Environ(), "DESK_ARGS="+strings.Join([]string{"-folder", folder, "-addr", "127.0.0.1:0", "-rate", "100000"}, "\n"))
	log, err := p.process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.process.Start())
	lines := bufio.NewScanner(log)
	for p.address == "" && lines.Scan() {
		var line struct{ Address string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), lines.Text())
		p.address = line.Address
	}
	require.NotEmpty(t, p.address)
	go func() {
		for lines.Scan() { // else it would wait for somebody to read
		}
	}()
	return p
}

// end sends a signal and waits for the process.
func (p *program) end(s os.Signal) error {
	if err := p.process.Process.Signal(s); err != nil {
		return err
	}
	defer p.client.CloseIdleConnections()
	return p.process.Wait()
}

// A practice refers one person after another, under keys that say which.
type practice struct {
	token    string
	sent     int // the last that was sent, acknowledged or not
	received map[string]bool
}

// refer refers the n-th person and returns the status, 0 for no answer.
func (o *opened) refer(ctx context.Context, p *practice, of string, n int) int {
	body := fmt.Sprintf(`{"number":"%s","name":{"given":"Guest","family":"Number"},"born":"1950-05-01","urgency":"soon","reasons":["loneliness"],"agreed":"yes"}`, numbered(4*n).Reveal())
	got, said := o.ask(ctx, http.MethodPost, "/api/v1/referrals", body, "Idempotency-Key", fmt.Sprintf("%s-%d", of, n), "Authorization", "Bearer "+p.token)
	if got.StatusCode == http.StatusCreated {
		p.received[text(said, "referral")] = true
	}
	return got.StatusCode
}

// signIn returns a practice of the seeded world.
func (o *opened) signIn(t *testing.T) *practice {
	t.Helper()
	got, said := o.ask(t.Context(), http.MethodPost, "/api/v1/sessions", `{"tenant":"dale","user":"dr-khan"}`)
	require.Equal(t, http.StatusCreated, got.StatusCode, string(said))
	return &practice{token: text(said, "token"), received: map[string]bool{}}
}

// interrupted runs the desk three times over one folder, refers people from four places at
// once, and ends it by a signal in the middle. What had no answer is sent again to the next.
func interrupted(t *testing.T, s os.Signal) (folder string, all []*practice) {
	t.Helper()
	folder = t.TempDir()
	for round := range 3 {
		desk := startProgram(t, folder)
		var referring sync.WaitGroup
		enough := make(chan struct{}, 1000)
		for i := range 4 {
			if round == 0 {
				all = append(all, &practice{received: map[string]bool{}})
			}
			p := all[i]
			p.token = desk.signIn(t).token
			referring.Go(func() {
				for p.sent = max(p.sent, i*10_000); ; {
					switch desk.refer(t.Context(), p, fmt.Sprint(i), p.sent) {
					case http.StatusCreated:
						p.sent++
						enough <- struct{}{}
					case http.StatusServiceUnavailable: // it had no time for it, so that it is sent again
					default:
						return
					}
				}
			})
		}
		gone := make(chan struct{})
		go func() { referring.Wait(); close(gone) }()
		for range 10 + 10*round {
			select {
			case <-enough:
			case <-gone:
				require.FailNow(t, "all four were refused")
			}
		}
		err := desk.end(s)
		require.Equal(t, s == syscall.SIGTERM, err == nil, "%v", err)
		<-gone
	}
	return folder, all
}

func TestDeskThatIsKilledHasEveryReferralThatItAcknowledgedOnce(t *testing.T) {
	folder, all := interrupted(t, syscall.SIGKILL)
	onceInLog(t, folder, all)
}

func TestDeskThatIsAskedToEndFinishesWhatHasBegun(t *testing.T) {
	folder, all := interrupted(t, syscall.SIGTERM)
	onceInLog(t, folder, all)
	left, err := filepath.Glob(filepath.Join(folder, "*", "*.new-*"))
	require.NoError(t, err)
	require.Empty(t, left, "no file was left half-written")
}

// onceInLog looks up every acknowledged referral: each is there once.
func onceInLog(t *testing.T, folder string, all []*practice) {
	t.Helper()
	db, err := open(t.Context(), options{folder: folder})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	logged, keys := map[string]int{}, map[string]int{}
	for e, err := range db.Log(t.Context(), "dale", "") {
		require.NoError(t, err)
		if e.Type == referral.EventReceived {
			logged[e.Key.ID]++
			keys[e.Stamp.Key]++
		}
	}
	total := 0
	for _, p := range all {
		for id := range p.received {
			require.Equal(t, 1, logged[id], id)
			total++
		}
	}
	require.GreaterOrEqual(t, total, 60)
	for key, times := range keys {
		require.Equal(t, 1, times, key)
	}
}

// unavailable fails unless the desk says clearly that it cannot do what it was asked.
func unavailable(t *testing.T, d *opened, p *practice, n int) {
	t.Helper()
	body := fmt.Sprintf(`{"number":"%s","name":{"given":"Guest","family":"Number"},"born":"1950-05-01","urgency":"soon","reasons":["loneliness"],"agreed":"yes"}`, numbered(4*n).Reveal())
	got, said := d.ask(t.Context(), http.MethodPost, "/api/v1/referrals", body, "Idempotency-Key", fmt.Sprint("down-", n), "Authorization", "Bearer "+p.token)
	require.Equal(t, http.StatusServiceUnavailable, got.StatusCode, string(said))
	require.Equal(t, "application/problem+json", got.Header.Get("Content-Type"))
	require.NotEmpty(t, got.Header.Get("Retry-After"))
	require.Contains(t, string(said), "under the same Idempotency-Key")
	require.NotContains(t, string(said), "Guest")
	health, _ := d.ask(t.Context(), http.MethodGet, "/health", "")
	require.Equal(t, http.StatusNoContent, health.StatusCode, "the process itself is well")
}

// eventually asks until it is answered with a status.
func eventually(t *testing.T, status int, ask func() int) {
	t.Helper()
	var last int
	require.Eventually(t, func() bool { last = ask(); return last == status }, 20*time.Second, 50*time.Millisecond, "%d", last)
}

func TestDeskWhoseDatabaseGoesSaysSoAndGoesOnWhenItIsBack(t *testing.T) {
	server := pgserver.Need(t)
	d := start(t, options{folder: t.TempDir(), postgres: server.DSN})
	p, before := d.signIn(t), d.received(t)
	ready := func() int { got, _ := d.ask(t.Context(), http.MethodGet, "/ready", ""); return got.StatusCode }
	require.Equal(t, http.StatusCreated, d.refer(t.Context(), p, "down", 1))
	require.Equal(t, http.StatusNoContent, ready())
	require.NoError(t, server.Stop("immediate"))
	unavailable(t, d, p, 2)
	require.Equal(t, http.StatusServiceUnavailable, ready())
	_, said := d.ask(t.Context(), http.MethodGet, "/check", "")
	require.Contains(t, string(said), "The database does not answer")
	require.NoError(t, server.Start())
	eventually(t, http.StatusNoContent, ready)
	eventually(t, http.StatusCreated, func() int { return d.refer(t.Context(), p, "down", 2) })
	require.Equal(t, before+2, d.received(t))
}

// received returns how many referrals are in the log, each of which is there once.
func (o *opened) received(t *testing.T) int {
	t.Helper()
	keys := map[string]bool{}
	for e, err := range o.db.Log(t.Context(), "dale", "") {
		require.NoError(t, err)
		if e.Type == referral.EventReceived {
			require.False(t, keys[e.Stamp.Key], e.Stamp.Key)
			keys[e.Stamp.Key] = true
		}
	}
	return len(keys)
}
