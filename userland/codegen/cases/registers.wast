;; Registers under pressure: what lives on the stack, what is copied out of it, and for how long.
;; An inner loop that goes on behind the last branch back to the outer one: a register that the outer
;; loop has for a copy must not be used by the inner one's tail.
(module
  (memory 1)
  (func $leaf (param i32))
  (func $call (param i32 i32) (call $leaf (local.get 0)) (call $leaf (local.get 1)))
  (func (export "inner-tail") (param $rounds i32) (result i32)
    (local $seed i32) (local $round i32) (local $sum i32) (local $at i32) (local $i i32)
    (local.set $seed (i32.const 12345))
    (loop $outer (result i32)
      (local.set $at (i32.const -64))
      (loop $fill
        (i32.store (i32.add (local.get $at) (i32.const 1088))
          (i32.xor (i32.shr_u (local.tee $seed (i32.add (i32.mul (local.get $seed) (i32.const 1664525)) (i32.const 1013904223))) (i32.const 13)) (local.get $seed)))
        (i32.store (i32.add (local.get $at) (i32.const 1092))
          (i32.xor (i32.shr_u (local.tee $seed (i32.add (i32.mul (local.get $seed) (i32.const 1664525)) (i32.const 1013904223))) (i32.const 13)) (local.get $seed)))
        (br_if $fill (local.tee $at (i32.add (local.get $at) (i32.const 8)))))
      (local.set $at (i32.const 1024))
      (call $call (i32.const 1024) (i32.const 1084))
      (local.set $i (i32.const 0))
      (loop $inner (result i32)
        (local.set $sum
          (i32.add
            (i32.mul (i32.xor (i32.load (local.get $at)) (local.get $sum)) (i32.const 16777619))
            (i32.shr_u (local.get $sum) (i32.const 15))))
        (block $more
          (br_if $more (i32.le_u (local.get $i) (i32.const 8)))
          (br_if $outer
            (i32.ne
              (local.tee $round (i32.add (local.get $round) (i32.const 1)))
              (local.get $rounds)))
          (return (local.get $sum)))
        (i32.load (i32.add (local.get $at) (i32.const 12)))
        (i32.load (i32.add (local.get $at) (i32.const 8)))
        (i32.load (i32.add (local.get $at) (i32.const 4)))
        local.get $sum
        i32.xor
        i32.const 16777619
        i32.mul
        (i32.shr_u (local.get $sum) (i32.const 15))
        i32.add
        local.tee $sum
        i32.xor
        i32.const 16777619
        i32.mul
        (i32.shr_u (local.get $sum) (i32.const 15))
        i32.add
        local.tee $sum
        i32.xor
        i32.const 16777619
        i32.mul
        (i32.shr_u (local.get $sum) (i32.const 15))
        i32.add
        local.set $sum
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $inner)))))
(assert_return (invoke "inner-tail" (i32.const 1)) (i32.const 3814328017))
(assert_return (invoke "inner-tail" (i32.const 5)) (i32.const 2803844332))

;; Nine values that outlive a call: four registers are there for them. Blocks that read one of the others
;; several times, or write it and read it, work on a copy; the stack must have every write.
(module
  (memory 1)
  (func $leaf (param i32))
  (func $call (param i32 i32) (call $leaf (local.get 0)) (call $leaf (local.get 1)))
  (func (export "block-copies") (param $rounds i32) (result i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $e i32) (local $f i32) (local $g i32) (local $h i32) (local $i i32)
    (local.set $a (i32.mul (local.get $rounds) (i32.const 3)))
    (local.set $b (i32.mul (local.get $rounds) (i32.const 5)))
    (local.set $c (i32.mul (local.get $rounds) (i32.const 7)))
    (local.set $d (i32.mul (local.get $rounds) (i32.const 9)))
    (local.set $e (i32.mul (local.get $rounds) (i32.const 11)))
    (local.set $f (i32.mul (local.get $rounds) (i32.const 13)))
    (local.set $g (i32.mul (local.get $rounds) (i32.const 15)))
    (local.set $h (i32.mul (local.get $rounds) (i32.const 17)))
    (local.set $i (i32.mul (local.get $rounds) (i32.const 19)))
    (loop $next
      (local.set $a (i32.add (i32.mul (local.get $a) (local.get $d)) (i32.xor (local.get $a) (local.get $f))))
      (local.set $b (i32.add (i32.mul (local.get $b) (local.get $e)) (i32.xor (local.get $b) (local.get $g))))
      (local.set $c (i32.add (i32.mul (local.get $c) (local.get $f)) (i32.xor (local.get $c) (local.get $h))))
      (local.set $d (i32.add (i32.mul (local.get $d) (local.get $g)) (i32.xor (local.get $d) (local.get $i))))
      (local.set $e (i32.add (i32.mul (local.get $e) (local.get $h)) (i32.xor (local.get $e) (local.get $a))))
      (local.set $f (i32.add (i32.mul (local.get $f) (local.get $i)) (i32.xor (local.get $f) (local.get $b))))
      (local.set $g (i32.add (i32.mul (local.get $g) (local.get $a)) (i32.xor (local.get $g) (local.get $c))))
      (local.set $h (i32.add (i32.mul (local.get $h) (local.get $b)) (i32.xor (local.get $h) (local.get $d))))
      (local.set $i (i32.add (i32.mul (local.get $i) (local.get $c)) (i32.xor (local.get $i) (local.get $e))))
      (call $call (local.get $a) (local.get $e))
      (if (i32.and (local.get $a) (i32.const 1))
        (then
          (local.set $e (i32.add (local.get $e) (local.get $f)))
          (local.set $f (i32.sub (local.get $e) (local.get $f)))
          (i32.store (i32.const 8) (i32.add (local.get $e) (i32.mul (local.get $e) (local.get $g)))))
        (else
          (local.set $g (i32.xor (local.get $g) (i32.load (i32.const 8))))
          (local.set $i (i32.rotl (local.get $g) (i32.and (local.get $g) (i32.const 7))))))
      (br_if $next (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (i32.xor (i32.xor (i32.xor (i32.xor (i32.xor (i32.xor (i32.xor (i32.xor (local.get $a) (local.get $b)) (local.get $c)) (local.get $d)) (local.get $e)) (local.get $f)) (local.get $g)) (local.get $h)) (local.get $i)))
  (func (export "block-copies-wide") (param $x f64) (param $y i64) (result i64)
    (local $u f64) (local $v f64) (local $w i64) (local $i i32)
    (local.set $u (f64.mul (local.get $x) (f64.const 3)))
    (local.set $v (f64.add (local.get $x) (local.get $u)))
    (local.set $w (i64.mul (local.get $y) (local.get $y)))
    (local.set $i (i32.const 10))
    (loop $next
      (call $call (local.get $i) (i32.const 0))
      (local.set $u (f64.add (f64.mul (local.get $u) (f64.const 0.5)) (local.get $v)))
      (local.set $v (f64.sub (f64.sub (local.get $u) (local.get $x)) (local.get $v)))
      (local.set $w (i64.add (i64.mul (local.get $w) (local.get $y)) (i64.rotl (local.get $w) (i64.const 9))))
      (local.set $y (i64.xor (local.get $w) (i64.add (local.get $y) (local.get $w))))
      (call $call (i32.const 1) (local.get $i))
      (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i64.xor (i64.reinterpret_f64 (f64.add (local.get $u) (local.get $v))) (i64.xor (local.get $w) (local.get $y)))))
(assert_return (invoke "block-copies" (i32.const 1)) (i32.const 3216))
(assert_return (invoke "block-copies" (i32.const 77)) (i32.const 3430822272))
(assert_return (invoke "block-copies-wide" (f64.const 1.25) (i64.const 0x123456789)) (i64.const -3238571777126456501))

;; What a block reads first may be read by a step that is removed: a shift whose result nobody wants.
;; The copy must be loaded for who reads it next.
(module
  (memory 1)
  (func $leaf (param i32))
  (func $call (param i32 i32) (call $leaf (local.get 0)) (call $leaf (local.get 1)))
  (func (export "removed-first-read") (param $x i64) (param $n i32) (result i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $e i32) (local $f i32) (local $unwanted i64)
    (local.set $a (i32.mul (local.get $n) (i32.const 3)))
    (local.set $b (i32.mul (local.get $n) (i32.const 5)))
    (local.set $c (i32.mul (local.get $n) (i32.const 7)))
    (local.set $d (i32.mul (local.get $n) (i32.const 9)))
    (local.set $e (i32.mul (local.get $n) (i32.const 11)))
    (local.set $f (i32.mul (local.get $n) (i32.const 13)))
    (loop $next
      (call $call (local.get $a) (local.get $b))
      (local.set $a (i32.add (i32.mul (local.get $a) (local.get $b)) (local.get $a)))
      (local.set $b (i32.add (i32.mul (local.get $b) (local.get $c)) (local.get $b)))
      (local.set $c (i32.add (i32.mul (local.get $c) (local.get $d)) (local.get $c)))
      (local.set $d (i32.add (i32.mul (local.get $d) (local.get $e)) (local.get $d)))
      (local.set $e (i32.add (i32.mul (local.get $e) (local.get $f)) (local.get $e)))
      (local.set $f (i32.add (i32.mul (local.get $f) (local.get $a)) (local.get $f)))
      (local.set $a (i32.add (i32.mul (local.get $a) (local.get $c)) (local.get $a)))
      (local.set $b (i32.add (i32.mul (local.get $b) (local.get $d)) (local.get $b)))
      (local.set $c (i32.add (i32.mul (local.get $c) (local.get $e)) (local.get $c)))
      (local.set $d (i32.add (i32.mul (local.get $d) (local.get $f)) (local.get $d)))
      (local.set $e (i32.add (i32.mul (local.get $e) (local.get $a)) (local.get $e)))
      (local.set $f (i32.add (i32.mul (local.get $f) (local.get $b)) (local.get $f)))
      (if (i32.and (local.get $a) (i32.const 1))
        (then
          (local.set $unwanted (i64.shl (local.get $x) (local.get $x)))
          (i32.store (i32.const 8) (i32.wrap_i64 (local.get $x)))
          (i32.store (i32.const 12) (i32.wrap_i64 (local.get $x)))
          (local.set $unwanted (i64.const 0))))
      (local.set $x (i64.add (local.get $x) (i64.const 0x100000001)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.xor (i32.xor (i32.load (i32.const 8)) (i32.load (i32.const 12)))
      (i32.add (i32.add (local.get $a) (local.get $b)) (i32.add (local.get $c) (i32.add (local.get $d) (i32.load (i32.const 12))))))))
(assert_return (invoke "removed-first-read" (i64.const 0x123456789abcdef) (i32.const 7)) (i32.const 3191141846))

;; An address that was checked, changed through a copy in the next block, and used in the third must be
;; checked again.
(module
  (memory 1)
  (func $leaf (param i32))
  (func $call (param i32 i32) (call $leaf (local.get 0)) (call $leaf (local.get 1)))
  (func (export "changed-in-copy") (param $at i32) (param $add i32) (param $n i32) (result i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $e i32) (local $f i32)
    (local.set $a (i32.mul (local.get $at) (i32.const 3)))
    (local.set $b (i32.mul (local.get $at) (i32.const 5)))
    (local.set $c (i32.mul (local.get $at) (i32.const 7)))
    (local.set $d (i32.mul (local.get $at) (i32.const 9)))
    (local.set $e (i32.mul (local.get $at) (i32.const 11)))
    (local.set $f (i32.mul (local.get $at) (i32.const 13)))
    (block $out
      (loop $next
        (call $call (local.get $a) (local.get $b))
        (local.set $a (i32.add (i32.mul (local.get $a) (local.get $b)) (local.get $a)))
        (local.set $b (i32.add (i32.mul (local.get $b) (local.get $c)) (local.get $b)))
        (local.set $c (i32.add (i32.mul (local.get $c) (local.get $d)) (local.get $c)))
        (local.set $d (i32.add (i32.mul (local.get $d) (local.get $e)) (local.get $d)))
        (local.set $e (i32.add (i32.mul (local.get $e) (local.get $f)) (local.get $e)))
        (local.set $f (i32.add (i32.mul (local.get $f) (local.get $a)) (local.get $f)))
        (local.set $a (i32.add (i32.mul (local.get $a) (local.get $c)) (local.get $a)))
        (local.set $b (i32.add (i32.mul (local.get $b) (local.get $d)) (local.get $b)))
        (local.set $c (i32.add (i32.mul (local.get $c) (local.get $e)) (local.get $c)))
        (local.set $d (i32.add (i32.mul (local.get $d) (local.get $f)) (local.get $d)))
        (local.set $e (i32.add (i32.mul (local.get $e) (local.get $a)) (local.get $e)))
        (local.set $f (i32.add (i32.mul (local.get $f) (local.get $b)) (local.get $f)))
        (local.set $a (i32.add (local.get $a) (i32.load (local.get $at))))
        (br_if $out (i32.eq (local.get $add) (i32.const 1)))
        (local.set $at (i32.add (local.get $at) (local.get $add)))
        (local.set $b (i32.xor (local.get $b) (i32.mul (local.get $at) (local.get $at))))
        (br_if $out (i32.eq (local.get $b) (i32.const 12345)))
        (local.set $a (i32.add (local.get $a) (i32.load (local.get $at))))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (i32.add (i32.add (local.get $a) (local.get $b)) (i32.add (i32.add (local.get $c) (local.get $d)) (local.get $at)))))
(assert_return (invoke "changed-in-copy" (i32.const 8) (i32.const 16) (i32.const 3)) (i32.const 3398547768))
(assert_trap (invoke "changed-in-copy" (i32.const 8) (i32.const 0x80010000) (i32.const 1)) "out of bounds memory access")
