;; A counting loop keeps its locals in registers.
(module
  (memory 1)
  (func $total (param $from i32) (param $count i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (local.get $sum)))

;; i386
;; total:
;;   lea    esp,[esp-0x4]
;;   mov    DWORD PTR [esp],ebx
;;   mov    ecx,eax
;;   mov    ebx,0x0
;;   test   edx,edx
;;   je     +25
;;   test   ecx,ecx
;;   jns    +18
;;   ud2
;;   mov    eax,DWORD PTR [ecx]
;;   lea    ebx,[ebx+eax*1]
;;   lea    ecx,[ecx+0x4]
;;   lea    edx,[edx-0x1]
;;   jmp    +e
;;   mov    eax,ebx
;;   mov    ebx,DWORD PTR [esp]
;;   lea    esp,[esp+0x4]
;;   ret
