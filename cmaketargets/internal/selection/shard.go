package selection

import (
	"fmt"
	"strconv"
	"strings"
)

// maxShards is the number of jobs that GitHub has in a matrix.
const maxShards = 256

// AllowedShard completes "is not ..." in the error for a value that ParseShard refuses.
const AllowedShard = `a shard and how many there are, up to 256, such as "2/5"`

// ParseShard reads the number of a shard and how many there are: "2/5".
func ParseShard(value string) (number, of int, ok bool) {
	first, count, _ := strings.Cut(value, "/")
	of, ok = ShardCount(count)
	number, err := strconv.Atoi(first)
	return number, of, ok && err == nil && 1 <= number && number <= of && value == fmt.Sprintf("%d/%d", number, of)
}

// ShardCount reads a number of shards.
func ShardCount(value string) (n int, ok bool) {
	n, err := strconv.Atoi(value)
	return n, err == nil && 1 <= n && n <= maxShards
}

// Exactly returns the comma-separated filters that select the projects with these paths and no others.
func Exactly(paths []string) string {
	var b strings.Builder
	for i, path := range paths {
		if i > 0 {
			b.WriteByte(',')
		}
		special := `\*?[]{}!,@`
		if strings.HasPrefix(path, "...") || strings.HasSuffix(path, "...") {
			special += "."
		}
		inner := strings.TrimSpace(path) // filters are trimmed
		before, after, _ := strings.Cut(path, inner)
		protect(&b, before)
		for _, r := range inner {
			if strings.ContainsRune(special, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		protect(&b, after)
	}
	return b.String()
}

// protect writes blanks in braces.
func protect(b *strings.Builder, blanks string) {
	for _, r := range blanks {
		b.WriteString("{" + string(r) + "}")
	}
}
