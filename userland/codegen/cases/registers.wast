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
