;; A mutable global is a word of the instance; one that never changes is a constant.
(module
  (global $count (mut i32) (i32.const 5))
  (global $limit i32 (i32.const 9))
  (func $next (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func $bound (result i32)
    (global.get $limit)))

;; i386
;; next:
;;   lea    esp,[esp-0x8]
;;   mov    eax,DWORD PTR ds:0xb0000010
;;   lea    ecx,[eax+0x1]
;;   mov    DWORD PTR ds:0xb0000010,ecx
;;   mov    eax,DWORD PTR ds:0xb0000010
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; bound:
;;   mov    eax,0x9
;;   ret
