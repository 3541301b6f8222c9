// Read a Canut log with the programs of the transparency-log world, and check all of it:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run read_log.go http://127.0.0.1:8000/log KEY
//
// KEY is what `canut policy` prints after `log`. Signature and checkpoint are read by
// transparency-dev/formats, hashes and proofs by golang.org/x/mod/sumdb, both as their authors
// released them (packages golang-golang-x-mod-dev and golang-github-transparency-dev-formats-dev of
// Debian). Only the way to the files is written here.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type tiles struct {
	base string
	kept map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) SaveTiles(asked []tlog.Tile, data [][]byte) {
	for i, one := range asked {
		t.kept[one] = data[i]
	}
}

func (t *tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(asked))
	for i, one := range asked {
		if data, ok := t.kept[one]; ok {
			found[i] = data
			continue
		}
		path := "tile/" + strings.TrimPrefix(one.Path(), fmt.Sprintf("tile/%d/", height))
		data, err := get(t.base + "/" + path)
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

func get(address string) ([]byte, error) {
	answer, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func entries(base string, first, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: first >> height, W: 1 << height}
	if left := size - first; left < 1<<height {
		tile.W = int(left)
	}
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/0/", height))
	data, err := get(base + "/tile/entries/" + path)
	if err != nil {
		return nil, err
	}
	var found [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("the entries from %d on end in the middle of one", first)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		found, data = append(found, data[2:end]), data[end:]
	}
	if len(found) != tile.W {
		return nil, fmt.Errorf("%d entries from %d on instead of %d", len(found), first, tile.W)
	}
	return found, nil
}

func check(base, key string) (*log.Checkpoint, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	signed, err := get(base + "/checkpoint")
	if err != nil {
		return nil, err
	}
	end, _, _, err := log.ParseCheckpoint(signed, verifier.Name(), verifier)
	if err != nil {
		return nil, err
	}
	size := int64(end.Size)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], end.Hash)
	reader := tlog.TileHashReader(tree, &tiles{base, map[tlog.Tile][]byte{}})
	for first := int64(0); first < size; first += 1 << height {
		bodies, err := entries(base, first, size)
		if err != nil {
			return nil, err
		}
		for i, body := range bodies {
			place := first + int64(i)
			proof, err := tlog.ProveRecord(size, place, reader)
			if err != nil {
				return nil, err
			}
			if err := tlog.CheckRecord(proof, size, tree.Hash, place, tlog.RecordHash(body)); err != nil {
				return nil, fmt.Errorf("entry %d: %w", place, err)
			}
		}
	}
	for before := int64(1); before < size; before *= 2 {
		hash, err := tlog.TreeHash(before, reader)
		if err != nil {
			return nil, err
		}
		proof, err := tlog.ProveTree(size, before, reader)
		if err != nil {
			return nil, err
		}
		if err := tlog.CheckTree(proof, size, tree.Hash, before, hash); err != nil {
			return nil, fmt.Errorf("the log of %d entries: %w", before, err)
		}
	}
	return end, nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: read_log ADDRESS KEY")
		os.Exit(2)
	}
	end, err := check(strings.TrimSuffix(os.Args[1], "/"), os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%s: %d entries, each in the tree that is signed, which only grew\n", end.Origin, end.Size)
}
