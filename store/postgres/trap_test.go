package postgres_test
import ("testing";"time";"github.com/socialprescribing/sp/store/postgres";"github.com/stretchr/testify/require")
func TestTrap(t *testing.T) {
	for range 2 {
	for _, analyze := range []bool{false, true} {
		s, pool := open(t, 1, postgres.Options{})
		load(t, s, 0, 20, 1)
		if analyze { _, err := pool.Exec(t.Context(), "VACUUM ANALYZE"); require.NoError(t, err) }
		load(t, s, 20, 40, 1)
		at := time.Now()
		load(t, s, 40, 20040, 1000)
		t.Log(analyze, "import", time.Since(at))
		at = time.Now()
		load(t, s, 30000, 31000, 1)
		t.Log(analyze, "single", time.Since(at))
	}
	}
}
